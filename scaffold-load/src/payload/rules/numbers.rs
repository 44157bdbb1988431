//! Rules of numbers, and which values keep them.

/// The rules of a number; `T` is `i128` or `f64`.
#[derive(Clone, Debug)]
pub(crate) struct Numbers<T> {
    /// What the rule's name begins with: `int32`.
    pub(crate) name: &'static str,
    pub(crate) constant: Option<T>,
    pub(crate) lt: Option<T>,
    pub(crate) lte: Option<T>,
    pub(crate) gt: Option<T>,
    pub(crate) gte: Option<T>,
    pub(crate) allowed: Vec<T>,
    pub(crate) forbidden: Vec<T>,
    pub(crate) examples: Vec<T>,
    pub(crate) finite: bool,
    /// Enums: one of the enum's own values.
    pub(crate) defined_only: bool,
    /// Timestamps, relative to the time of checking.
    pub(crate) before_now: bool,
    pub(crate) after_now: bool,
    /// Timestamps: at most this many nanoseconds from now.
    pub(crate) within: Option<T>,
}

// === impl Numbers ===

impl<T: Copy + PartialOrd> Numbers<T> {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            constant: None,
            lt: None,
            lte: None,
            gt: None,
            gte: None,
            allowed: Vec::new(),
            forbidden: Vec::new(),
            examples: Vec::new(),
            finite: false,
            defined_only: false,
            before_now: false,
            after_now: false,
            within: None,
        }
    }

    /// The names of the rules that a value breaks; those relative to now are
    /// not looked at.
    pub(crate) fn broken(&self, value: T) -> Vec<String> {
        let mut broken = Vec::new();
        let mut push = |rule: &str| broken.push(format!("{}.{rule}", self.name));
        if self.constant.is_some_and(|constant| value != constant) {
            push("const");
        }
        if !self.in_bounds(value) {
            push(&self.bounds_name());
        }
        if !self.allowed.is_empty() && !self.allowed.contains(&value) {
            push("in");
        }
        if self.forbidden.contains(&value) {
            push("not_in");
        }
        broken
    }

    pub(crate) fn keeps(&self, value: T) -> bool {
        self.constant.is_none_or(|constant| value == constant)
            && self.in_bounds(value)
            && (self.allowed.is_empty() || self.allowed.contains(&value))
            && !self.forbidden.contains(&value)
    }

    fn low(&self) -> Option<T> {
        self.gt.or(self.gte)
    }

    fn high(&self) -> Option<T> {
        self.lt.or(self.lte)
    }

    /// The bounds are the wrong way round: all but what is between them.
    pub(crate) fn is_outside(&self) -> bool {
        match (self.low(), self.high()) {
            (Some(low), Some(high)) => {
                // `gte` and `lte` of one number allow just that number.
                low > high || (low == high && !(self.gte.is_some() && self.lte.is_some()))
            }
            _ => false,
        }
    }

    fn in_bounds(&self, value: T) -> bool {
        let above = self.gt.is_none_or(|gt| value > gt) && self.gte.is_none_or(|gte| value >= gte);
        let below = self.lt.is_none_or(|lt| value < lt) && self.lte.is_none_or(|lte| value <= lte);
        if self.is_outside() {
            above || below
        } else {
            above && below
        }
    }

    fn bounds_name(&self) -> String {
        let low = match (self.gt.is_some(), self.gte.is_some()) {
            (true, _) => "gt",
            (_, true) => "gte",
            _ => "",
        };
        let high = match (self.lt.is_some(), self.lte.is_some()) {
            (true, _) => "lt",
            (_, true) => "lte",
            _ => "",
        };
        let both = if low.is_empty() || high.is_empty() {
            ""
        } else {
            "_"
        };
        let outside = if self.is_outside() { "_exclusive" } else { "" };
        format!("{low}{both}{high}{outside}")
    }
}

impl Numbers<i128> {
    /// The ranges that the bounds leave, both ends included, within those of the
    /// type.
    pub(crate) fn ranges(&self, (least, greatest): (i128, i128)) -> Vec<(i128, i128)> {
        let low = self.gt.map(|gt| gt.saturating_add(1)).or(self.gte);
        let high = self.lt.map(|lt| lt.saturating_sub(1)).or(self.lte);
        let ranges = if self.is_outside() {
            vec![
                (low.unwrap_or(least), greatest),
                (least, high.unwrap_or(greatest)),
            ]
        } else {
            vec![(low.unwrap_or(least), high.unwrap_or(greatest))]
        };
        let within = ranges
            .into_iter()
            .map(|(a, b)| (a.max(least), b.min(greatest)));
        within.filter(|(a, b)| a <= b).collect()
    }
}

impl Numbers<f64> {
    /// As for whole numbers; an excluded end is the next number of `f64`.
    pub(crate) fn ranges(&self, (least, greatest): (f64, f64)) -> Vec<(f64, f64)> {
        let low = self.gt.map(f64::next_up).or(self.gte);
        let high = self.lt.map(f64::next_down).or(self.lte);
        let ranges = if self.is_outside() {
            vec![
                (low.unwrap_or(least), greatest),
                (least, high.unwrap_or(greatest)),
            ]
        } else {
            vec![(low.unwrap_or(least), high.unwrap_or(greatest))]
        };
        let within = ranges
            .into_iter()
            .map(|(a, b)| (a.max(least), b.min(greatest)));
        within.filter(|(a, b)| a <= b).collect()
    }
}
