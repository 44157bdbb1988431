//! Values that are listed.

use std::sync::Arc;

use super::Draw;

/// One of the listed values.
#[derive(Clone, Debug)]
pub(crate) enum Source<T> {
    Constant(T),
    /// Each as often as any other.
    One(Arc<[T]>),
    /// Each with the sum of the weights up to it.
    Weighted(Arc<[(T, f64)]>),
    /// A column of a table.
    Column {
        cells: Arc<[T]>,
        /// Of the file: columns of one file are drawn from one row.
        file: Arc<str>,
        random: bool,
    },
}

// === impl Source ===

impl<T> Source<T> {
    /// There is at least one value: whoever builds a source sees to that.
    pub(crate) fn draw(&self, draw: &mut Draw) -> &T {
        match self {
            Source::Constant(value) => value,
            Source::One(values) => draw.rng.one(values),
            Source::Weighted(values) => {
                let total = values.last().map_or(0.0, |(_, sum)| *sum);
                let wanted = draw.rng.unit() * total;
                let at = values.partition_point(|(_, sum)| *sum <= wanted);
                &values[at.min(values.len() - 1)].0
            }
            Source::Column {
                cells,
                file,
                random,
            } => {
                let at = if *random {
                    draw.row.named(file).rng().at(cells.len())
                } else {
                    (draw.index % cells.len() as u64) as usize
                };
                &cells[at]
            }
        }
    }

    /// All values that may be drawn.
    pub(crate) fn values(&self) -> Box<dyn Iterator<Item = &T> + '_> {
        match self {
            Source::Constant(value) => Box::new(std::iter::once(value)),
            Source::One(values) => Box::new(values.iter()),
            Source::Weighted(values) => Box::new(values.iter().map(|(value, _)| value)),
            Source::Column { cells, .. } => Box::new(cells.iter()),
        }
    }

    /// The same, each value made another; the first that cannot be ends it.
    pub(crate) fn try_map<U, E>(&self, map: impl Fn(&T) -> Result<U, E>) -> Result<Source<U>, E> {
        Ok(match self {
            Source::Constant(value) => Source::Constant(map(value)?),
            Source::One(values) => Source::One(values.iter().map(map).collect::<Result<_, E>>()?),
            Source::Weighted(values) => {
                let values = values.iter().map(|(value, sum)| Ok((map(value)?, *sum)));
                Source::Weighted(values.collect::<Result<_, E>>()?)
            }
            Source::Column {
                cells,
                file,
                random,
            } => Source::Column {
                cells: cells.iter().map(map).collect::<Result<_, E>>()?,
                file: Arc::clone(file),
                random: *random,
            },
        })
    }
}
