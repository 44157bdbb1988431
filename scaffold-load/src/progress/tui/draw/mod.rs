//! From a state to cells. Whatever the size: what has no room is left out, the
//! least important first.

mod chart;
mod charts;
mod foot;
mod head;
mod help;
mod histogram;
mod notes;
mod pen;
mod rooms;
mod table;

use ratatui_core::buffer::Buffer;

use self::pen::Pen;
use self::rooms::Rooms;
use super::state::State;

/// Draws all of it.
pub(super) fn draw(state: &State, buffer: &mut Buffer) {
    let area = buffer.area;
    let mut pen = Pen::new(buffer);
    let rooms = Rooms::of(state, area);
    head::draw(state, &mut pen, rooms.head);
    if let Some(area) = rooms.stages {
        head::stages(state, &mut pen, area);
    }
    if let Some(area) = rooms.rates {
        charts::rates(state, &mut pen, area);
    }
    if let Some(area) = rooms.latencies {
        charts::latencies(state, &mut pen, area);
    }
    if let Some(area) = rooms.table {
        table::draw(state, &mut pen, area);
    }
    if let Some(area) = rooms.histogram {
        histogram::draw(state, &mut pen, area);
    }
    if let Some(area) = rooms.notes {
        notes::draw(state, &mut pen, area);
    }
    foot::draw(state, &mut pen, rooms.foot);
    if state.help {
        help::draw(&mut pen, area);
    }
}
