//! Enums. prost keeps a field of an enum as an open `i32`, so a closed one is
//! lowered like any other.

use prost_types::{EnumDescriptorProto as Plain, EnumValueDescriptorProto, EnumValueOptions};

use super::features::Features;
use super::walk::Walk;
use crate::descriptor::EnumDescriptorProto;

impl Walk<'_> {
    pub(super) fn enumeration(
        &mut self,
        enumeration: &EnumDescriptorProto,
        outer: Features,
    ) -> Plain {
        self.place();
        // Read for its faults: no feature of an enum changes what is printed.
        self.features(
            outer,
            enumeration
                .options
                .as_ref()
                .and_then(|options| options.features.as_ref()),
        );
        let value = self.each(2, &enumeration.value, |walk, value| {
            walk.place();
            let deprecated = value
                .options
                .as_ref()
                .and_then(|options| options.deprecated);
            EnumValueDescriptorProto {
                name: value.name.clone(),
                number: value.number,
                options: deprecated.map(|deprecated| EnumValueOptions {
                    deprecated: Some(deprecated),
                    ..EnumValueOptions::default()
                }),
            }
        });
        Plain {
            name: enumeration.name.clone(),
            value,
            ..Plain::default()
        }
    }
}
