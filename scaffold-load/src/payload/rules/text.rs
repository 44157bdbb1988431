//! Rules of strings and bytes, and which values keep them.

use std::sync::Arc;

use crate::payload::pattern::Pattern;

/// The rules of a string or of bytes. Lengths of a string count characters;
/// all else is bytes.
#[derive(Clone, Debug)]
pub(crate) struct TextRules {
    /// What the rule's name begins with: `string` or `bytes`.
    pub(crate) name: &'static str,
    pub(crate) constant: Option<Vec<u8>>,
    pub(crate) chars: Option<u64>,
    pub(crate) min_chars: Option<u64>,
    pub(crate) max_chars: Option<u64>,
    pub(crate) bytes: Option<u64>,
    pub(crate) min_bytes: Option<u64>,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) pattern: Option<Arc<Pattern>>,
    /// There is a pattern that cannot be followed.
    pub(crate) opaque: bool,
    pub(crate) prefix: Vec<u8>,
    pub(crate) suffix: Vec<u8>,
    pub(crate) contains: Vec<u8>,
    pub(crate) not_contains: Option<Vec<u8>>,
    pub(crate) allowed: Vec<Vec<u8>>,
    pub(crate) forbidden: Vec<Vec<u8>>,
    pub(crate) examples: Vec<Vec<u8>>,
    pub(crate) format: Option<Format>,
}

macro_rules! formats {
    ($($format:ident $number:literal $name:literal,)*) => {
        /// A form that a rule names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Format {
            $(#[doc = $name] $format,)*
        }

        impl Format {
            /// By the number of its field in `StringRules`.
            #[allow(unreachable_patterns, reason = "0 stands for \"none\" more than once")]
            pub(crate) fn of_string(number: u32) -> Option<Format> {
                match number {
                    0 => None,
                    $($number => Some(Format::$format),)*
                    _ => None,
                }
            }

            /// The rule's name, without what it is a rule of.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Format::$format => $name,)*
                }
            }
        }
    };
}

formats! {
    Email 12 "email",
    Hostname 13 "hostname",
    Ip 14 "ip",
    Ipv4 15 "ipv4",
    Ipv6 16 "ipv6",
    Uri 17 "uri",
    UriRef 18 "uri_ref",
    Address 21 "address",
    Uuid 22 "uuid",
    IpWithPrefixLen 26 "ip_with_prefixlen",
    Ipv4WithPrefixLen 27 "ipv4_with_prefixlen",
    Ipv6WithPrefixLen 28 "ipv6_with_prefixlen",
    IpPrefix 29 "ip_prefix",
    Ipv4Prefix 30 "ipv4_prefix",
    Ipv6Prefix 31 "ipv6_prefix",
    HostAndPort 32 "host_and_port",
    Tuuid 33 "tuuid",
    Ulid 35 "ulid",
    ProtobufFqn 37 "protobuf_fqn",
    ProtobufDotFqn 38 "protobuf_dot_fqn",
    HeaderName 0 "well_known_regex.header_name",
    HeaderValue 0 "well_known_regex.header_value",
    RawIp 0 "ip",
    RawIpv4 0 "ipv4",
    RawIpv6 0 "ipv6",
    RawUuid 0 "uuid",
}

// === impl TextRules ===

impl TextRules {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            constant: None,
            chars: None,
            min_chars: None,
            max_chars: None,
            bytes: None,
            min_bytes: None,
            max_bytes: None,
            pattern: None,
            opaque: false,
            prefix: Vec::new(),
            suffix: Vec::new(),
            contains: Vec::new(),
            not_contains: None,
            allowed: Vec::new(),
            forbidden: Vec::new(),
            examples: Vec::new(),
            format: None,
        }
    }

    pub(super) fn pattern(&mut self, text: String, unread: &mut Vec<String>) {
        match Pattern::parse(&text) {
            Ok(pattern) => self.pattern = Some(Arc::new(pattern)),
            Err(why) => {
                self.opaque = true;
                unread.push(format!("{}.pattern {text:?}: {why}", self.name));
            }
        }
    }

    /// The least and the greatest length in characters, as far as rules say.
    pub(crate) fn char_bounds(&self) -> (u64, Option<u64>) {
        let min = self.chars.or(self.min_chars).unwrap_or(0);
        (min, self.chars.or(self.max_chars))
    }

    /// The same in bytes.
    pub(crate) fn byte_bounds(&self) -> (u64, Option<u64>) {
        let min = self.bytes.or(self.min_bytes).unwrap_or(0);
        (min, self.bytes.or(self.max_bytes))
    }

    /// The fewest bytes a value can have.
    pub(crate) fn least(&self) -> u64 {
        let (chars, bytes) = (self.char_bounds().0, self.byte_bounds().0);
        chars.max(bytes).max(self.prefix.len() as u64)
    }

    /// The names of the rules that a value breaks. A format is not looked at,
    /// nor a pattern that cannot be followed.
    pub(crate) fn broken(&self, value: &[u8]) -> Vec<String> {
        let mut broken = Vec::new();
        self.each_broken(value, &mut |rule| {
            broken.push(format!("{}.{rule}", self.name))
        });
        broken
    }

    pub(crate) fn keeps(&self, value: &[u8]) -> bool {
        let mut keeps = true;
        self.each_broken(value, &mut |_| keeps = false);
        keeps
    }

    fn each_broken(&self, value: &[u8], found: &mut dyn FnMut(&str)) {
        let text = std::str::from_utf8(value).ok();
        let chars = text.map_or(value.len(), |text| text.chars().count()) as u64;
        let bytes = value.len() as u64;
        let is_string = self.name == "string";
        let mut hold = |holds: bool, rule: &str| {
            if !holds {
                found(rule);
            }
        };
        hold(
            self.constant
                .as_ref()
                .is_none_or(|constant| value == constant),
            "const",
        );
        hold(self.chars.is_none_or(|len| chars == len), "len");
        hold(self.min_chars.is_none_or(|min| chars >= min), "min_len");
        hold(self.max_chars.is_none_or(|max| chars <= max), "max_len");
        let names = if is_string {
            ["len_bytes", "min_bytes", "max_bytes"]
        } else {
            ["len", "min_len", "max_len"]
        };
        hold(self.bytes.is_none_or(|len| bytes == len), names[0]);
        hold(self.min_bytes.is_none_or(|min| bytes >= min), names[1]);
        hold(self.max_bytes.is_none_or(|max| bytes <= max), names[2]);
        hold(
            self.pattern
                .as_ref()
                .is_none_or(|pattern| text.is_some_and(|text| pattern.matches(text))),
            "pattern",
        );
        hold(value.starts_with(&self.prefix), "prefix");
        hold(value.ends_with(&self.suffix), "suffix");
        hold(has(value, &self.contains), "contains");
        hold(
            self.not_contains.as_ref().is_none_or(|no| !has(value, no)),
            "not_contains",
        );
        hold(
            self.allowed.is_empty() || self.allowed.iter().any(|a| a == value),
            "in",
        );
        hold(!self.forbidden.iter().any(|f| f == value), "not_in");
    }
}

fn has(value: &[u8], part: &[u8]) -> bool {
    part.is_empty() || value.windows(part.len()).any(|window| window == part)
}
