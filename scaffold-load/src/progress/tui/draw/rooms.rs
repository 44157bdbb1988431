//! Who gets which part of the screen.

use ratatui_core::layout::Rect;

use super::foot;
use crate::progress::tui::state::State;

/// The parts of a screen. What is not there has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rooms {
    pub(super) head: Rect,
    pub(super) stages: Option<Rect>,
    pub(super) rates: Option<Rect>,
    pub(super) latencies: Option<Rect>,
    pub(super) table: Option<Rect>,
    pub(super) histogram: Option<Rect>,
    pub(super) notes: Option<Rect>,
    pub(super) foot: Rect,
}

/// Below that width there is one thing beside another nowhere.
const WIDE: u16 = 60;
/// A title and the least that a chart can be: less says nothing.
const LEAST_CHART: u16 = 5;
/// A gap between what stands side by side.
const GAP: u16 = 2;

/// Cuts rows off the top of an area.
fn cut(area: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    let top = Rect {
        height: rows,
        ..*area
    };
    area.y += rows;
    area.height -= rows;
    top
}

/// Two halves of an area, or the whole twice.
fn beside(area: Rect, share: u32) -> (Rect, Option<Rect>) {
    if area.width < WIDE {
        return (area, None);
    }
    let left = (u32::from(area.width - GAP) * share / 100) as u16;
    let right = Rect {
        x: area.x + left + GAP,
        width: area.width - left - GAP,
        ..area
    };
    (
        Rect {
            width: left,
            ..area
        },
        Some(right),
    )
}

// === impl Rooms ===

impl Rooms {
    pub(super) fn of(state: &State, mut area: Rect) -> Self {
        let spacious = area.height >= 34;
        let head = cut(&mut area, 2);
        let foot_rows = foot::rows(state, area.height);
        area.height -= foot_rows;
        let foot = Rect {
            y: area.bottom(),
            height: foot_rows,
            ..area
        };
        let schedule = state.about.as_ref().map(|about| &about.schedule);
        let bends = schedule.is_some_and(|schedule| {
            let stages = schedule.stages();
            stages.len() > 1 || stages.iter().any(|stage| stage.from != stage.to)
        });
        let stages = (bends && area.height >= 16).then(|| {
            let rows = if spacious { 4 } else { 2 };
            cut(&mut area, rows)
        });
        if spacious {
            cut(&mut area, 1);
        }

        let methods = state.shown().len() as u16;
        let wanted = 1 + methods + u16::from(methods > 1);
        // Two charts above one another are worth more than the last of many methods.
        let least = wanted.min(5);
        let spared = area.height.saturating_sub(2 * LEAST_CHART).max(least);
        let gaps = if spacious { 2 } else { 0 };
        let mut table_rows = wanted.min(spared).min(area.height);
        if area.height - table_rows < LEAST_CHART + gaps {
            table_rows = wanted.min(area.height);
        }
        let left = (area.height - table_rows).saturating_sub(gaps);
        let (above, below) = match left {
            0..LEAST_CHART => (0, 0),
            _ if left < 2 * LEAST_CHART => (left, 0),
            _ => (left.div_ceil(2), left - left.div_ceil(2)),
        };
        let charts = (above > 0).then(|| beside(cut(&mut area, above), 50));
        if spacious {
            cut(&mut area, 1);
        }
        let table = (table_rows > 0).then(|| cut(&mut area, table_rows));
        if spacious {
            cut(&mut area, 1);
        }
        let under = (below > 0).then(|| beside(cut(&mut area, below), 55));
        Self {
            head,
            stages,
            // With room for one, latency is what a run is for.
            rates: charts.and_then(|(left, right)| right.map(|_| left)),
            latencies: charts.map(|(left, right)| right.unwrap_or(left)),
            table,
            histogram: under.map(|(left, _)| left),
            notes: under.and_then(|(_, right)| right),
            foot,
        }
    }
}
