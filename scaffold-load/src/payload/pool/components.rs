//! Which messages hold each other: Tarjan's strongly connected components,
//! without recursion, because descriptors of others decide how deep it goes.

use super::schema::Schema;

struct Visit {
    message: usize,
    next: usize,
}

const UNSEEN: usize = usize::MAX;

pub(super) fn components(schema: &mut Schema) {
    let edges: Vec<Vec<usize>> = schema
        .messages
        .iter()
        .map(|message| {
            let fields = message.fields.iter();
            fields.filter_map(|field| field.kind.message()).collect()
        })
        .collect();
    let count = edges.len();
    let (mut order, mut low) = (vec![UNSEEN; count], vec![UNSEEN; count]);
    let mut component = vec![UNSEEN; count];
    let (mut stack, mut path) = (Vec::new(), Vec::new());
    let (mut seen, mut components) = (0, 0);
    for start in 0..count {
        if order[start] != UNSEEN {
            continue;
        }
        path.push(Visit {
            message: start,
            next: 0,
        });
        while let Some(visit) = path.last_mut() {
            let at = visit.message;
            if visit.next == 0 {
                order[at] = seen;
                low[at] = seen;
                seen += 1;
                stack.push(at);
            }
            if let Some(&to) = edges[at].get(visit.next) {
                visit.next += 1;
                if order[to] == UNSEEN {
                    path.push(Visit {
                        message: to,
                        next: 0,
                    });
                } else if component[to] == UNSEEN {
                    low[at] = low[at].min(order[to]);
                }
                continue;
            }
            path.pop();
            if let Some(outer) = path.last() {
                low[outer.message] = low[outer.message].min(low[at]);
            }
            if low[at] == order[at] {
                while let Some(member) = stack.pop() {
                    component[member] = components;
                    if member == at {
                        break;
                    }
                }
                components += 1;
            }
        }
    }
    for (message, component) in schema.messages.iter_mut().zip(component) {
        message.component = component;
    }
}
