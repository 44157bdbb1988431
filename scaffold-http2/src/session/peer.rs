//! What the peer's SETTINGS allow this side to send.

use crate::Cause;
use crate::frame::{MAX_31, Setting};

/// The peer's values, at first the defaults of RFC 9113 section 6.5.2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerSettings {
    pub(crate) max_streams: u32,
    pub(crate) initial_window: u32,
    pub(crate) max_frame: u32,
    pub(crate) max_header_list: u32,
}

impl PeerSettings {
    pub(crate) const INITIAL: Self = Self {
        max_streams: u32::MAX,
        initial_window: 65_535,
        max_frame: 16_384,
        max_header_list: u32::MAX,
    };
}

/// Checks one parameter (section 6.5.2).
pub(crate) fn check(setting: Setting, from_server: bool) -> Result<(), Cause> {
    match setting {
        Setting::EnablePush(value) if value > 1 => Err(Cause::BadSetting),
        // A server must not say that it accepts pushes.
        Setting::EnablePush(1) if from_server => Err(Cause::BadSetting),
        Setting::Boolean(value) if value > 1 => Err(Cause::BadSetting),
        Setting::InitialWindowSize(value) if value > MAX_31 => Err(Cause::BadInitialWindow),
        Setting::MaxFrameSize(value) if !(16_384..1 << 24).contains(&value) => {
            Err(Cause::BadSetting)
        }
        _ => Ok(()),
    }
}
