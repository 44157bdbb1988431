//! The buffer that one header section is decoded into.

use crate::Cause;
use crate::field::Name;
use crate::hpack::Refusal;

/// Limits of a decoded list. Its size is counted as RFC 9113 section 6.5.2
/// says: octets of names and values, and 32 for each field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListLimits {
    /// Fields beyond this size are dropped and the list is refused.
    pub(crate) bytes: usize,
    /// Beyond this the connection is.
    pub(crate) bomb: usize,
    /// Fields beyond this number are dropped and the list is refused.
    pub(crate) fields: usize,
}

#[cfg(test)]
impl ListLimits {
    pub(crate) const TEST: Self = Self {
        bytes: 1 << 20,
        bomb: 1 << 20,
        fields: 1 << 12,
    };
}

/// Where a field lies in the octets: name, then value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) name_len: u32,
    pub(super) value_len: u32,
}

/// All fields of one section in one run of octets.
#[derive(Clone, Debug)]
pub(crate) struct HeadBuf {
    octets: Vec<u8>,
    pub(super) fields: Vec<Span>,
    pub(super) pseudos: [Span; Name::PSEUDOS],
    /// Bit per pseudo-header field that is there.
    pub(super) seen: u8,
    /// For each name, the first field that has it, plus one.
    first: [u16; Name::COUNT],
    size: usize,
    limits: ListLimits,
    fault: Option<Cause>,
    pub(super) too_large: bool,
    pub(super) content_length: Option<u64>,
    /// The driver's word about the section, once it was asked.
    pub(super) token: Option<u64>,
    /// What [`Head::version`](super::Head::version) says.
    pub(super) version: u64,
    /// Every field in its order, refused ones too: what the decoder read.
    #[cfg(test)]
    pub(crate) log: Vec<(String, String)>,
}

impl HeadBuf {
    pub(crate) fn new(limits: ListLimits) -> Self {
        Self {
            octets: Vec::new(),
            fields: Vec::new(),
            pseudos: [Span::default(); Name::PSEUDOS],
            seen: 0,
            first: [0; Name::COUNT],
            size: 0,
            limits,
            fault: None,
            too_large: false,
            content_length: None,
            token: None,
            version: 0,
            #[cfg(test)]
            log: Vec::new(),
        }
    }

    /// Forgets the fields and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.octets.clear();
        self.fields.clear();
        self.seen = 0;
        self.first = [0; Name::COUNT];
        self.size = 0;
        self.fault = None;
        self.too_large = false;
        self.content_length = None;
        self.token = None;
    }

    /// Bytes of memory held.
    pub(crate) fn memory(&self) -> usize {
        self.octets.capacity() + self.fields.capacity() * size_of::<Span>()
    }

    /// Gives the memory back.
    pub(crate) fn shrink(&mut self) {
        self.clear();
        self.octets = Vec::new();
        self.fields = Vec::new();
    }

    // === what the decoder does ===

    /// Where the next field begins. Name and value are appended to
    /// [`octets`](Self::octets), then [`commit`](Self::commit) takes them.
    #[inline]
    pub(crate) fn begin(&self) -> usize {
        self.octets.len()
    }

    #[inline]
    pub(crate) fn octets(&mut self) -> &mut Vec<u8> {
        &mut self.octets
    }

    /// Name and value of the field begun at `start`.
    #[inline]
    pub(crate) fn tail(&self, start: usize, name_len: usize) -> (&[u8], &[u8]) {
        self.octets[start..].split_at(name_len)
    }

    /// Takes the field begun at `start`, or drops it where a limit or a rule
    /// says so.
    pub(crate) fn commit(
        &mut self,
        start: usize,
        name_len: usize,
        name: Name,
        fault: Option<Cause>,
    ) -> Result<(), Refusal> {
        let len = self.octets.len() - start;
        #[cfg(test)]
        {
            let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
            let (name, value) = self.tail(start, name_len);
            let field = (text(name), text(value));
            self.log.push(field);
        }
        self.size += len + 32;
        if self.size > self.limits.bomb {
            return Err(Refusal::Bomb);
        }
        if self.size > self.limits.bytes || self.fields.len() >= self.limits.fields {
            self.too_large = true;
        }
        let fault = fault.or_else(|| self.place(start, name_len, name));
        if self.fault.is_none() {
            self.fault = fault;
        }
        if self.too_large || self.fault.is_some() {
            self.octets.truncate(start);
        }
        Ok(())
    }

    /// Files the field under its name.
    fn place(&mut self, start: usize, name_len: usize, name: Name) -> Option<Cause> {
        let span = Span {
            start: start as u32,
            name_len: name_len as u32,
            value_len: (self.octets.len() - start - name_len) as u32,
        };
        if name.is_pseudo() {
            return self.place_pseudo(span, name);
        }
        if name == Name::ContentLength {
            let value = &self.octets[start + name_len..];
            if self.content_length.is_some() {
                return Some(Cause::BadContentLength);
            }
            let Some(length) = decimal(value) else {
                return Some(Cause::BadContentLength);
            };
            self.content_length = Some(length);
        }
        self.fields.push(span);
        if let Some(first) = self.first.get_mut(name as usize)
            && *first == 0
        {
            *first = u16::try_from(self.fields.len()).unwrap_or(0);
        }
        None
    }

    fn place_pseudo(&mut self, span: Span, name: Name) -> Option<Cause> {
        let bit = 1u8 << name as u8;
        if !self.fields.is_empty() {
            return Some(Cause::MisplacedPseudo);
        }
        if self.seen & bit != 0 {
            return Some(Cause::DuplicatePseudo);
        }
        self.seen |= bit;
        self.pseudos[name as usize] = span;
        None
    }

    // === what a section that resembles the last one does ===

    /// Where the `at`-th field of a section without faults lies.
    #[inline]
    pub(super) fn span(&self, name: Name, at: usize) -> Span {
        if name.is_pseudo() {
            self.pseudos[name as usize]
        } else {
            self.fields[at - self.seen.count_ones() as usize]
        }
    }

    /// Whether the list would still be within its limit with a value of
    /// another length.
    #[inline]
    pub(super) fn takes(&self, old: usize, new: usize) -> bool {
        self.size - old + new <= self.limits.bytes
    }

    /// Gives the `at`-th field, a regular one, the value that stands at the
    /// end of the octets from `scratch` on. `room` is what the place of its
    /// old value holds; returns what the place of the new one does.
    #[inline]
    pub(super) fn set_value(&mut self, at: usize, room: u32, scratch: usize) -> u32 {
        let span = &mut self.fields[at - self.seen.count_ones() as usize];
        let len = self.octets.len() - scratch;
        self.size = self.size - span.value_len as usize + len;
        span.value_len = len as u32;
        if len <= room as usize {
            let value = (span.start + span.name_len) as usize;
            self.octets.copy_within(scratch.., value);
            self.octets.truncate(scratch);
            return room;
        }
        // It moves behind all others and gets some room to grow.
        let (start, name_len) = (span.start as usize, span.name_len as usize);
        span.start = scratch as u32;
        self.octets.extend_from_within(start..start + name_len);
        self.octets[scratch..].rotate_left(len);
        let room = len.next_multiple_of(32);
        self.octets.resize(scratch + name_len + room, 0);
        room as u32
    }

    // === what readers do ===

    #[inline]
    pub(super) fn field(&self, span: Span) -> (&[u8], &[u8]) {
        let start = span.start as usize;
        let middle = start + span.name_len as usize;
        let end = middle + span.value_len as usize;
        (&self.octets[start..middle], &self.octets[middle..end])
    }

    #[inline]
    pub(super) fn first(&self, name: Name) -> Option<&[u8]> {
        let number = usize::from(*self.first.get(name as usize)?);
        let span = *self.fields.get(number.checked_sub(1)?)?;
        Some(self.field(span).1)
    }

    #[inline]
    pub(super) fn pseudo(&self, name: Name) -> Option<&[u8]> {
        if self.seen & (1 << name as u8) == 0 {
            return None;
        }
        Some(self.field(self.pseudos[name as usize]).1)
    }

    /// Whether a rule or a limit was broken.
    pub(super) fn is_flawed(&self) -> bool {
        self.fault.is_some() || self.too_large
    }

    pub(super) fn set_token(&mut self, token: u64) {
        self.token = Some(token);
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The first rule a field broke.
    pub(crate) fn fault(&self) -> Option<Cause> {
        self.fault
    }

    pub(crate) fn content_length(&self) -> Option<u64> {
        self.content_length
    }
}

/// Digits only; `None` also when the number does not fit.
fn decimal(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 19 {
        return None;
    }
    value.iter().try_fold(0u64, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + u64::from(byte - b'0'))
    })
}
