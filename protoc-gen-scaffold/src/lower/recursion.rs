//! Messages that hold themselves: refused where no value of them could exist,
//! boxed where prost-build would not see it.

use std::collections::{HashMap, VecDeque};

use prost_types::FileDescriptorProto as Plain;
use prost_types::field_descriptor_proto::{Label, Type};

use crate::descriptor::FileDescriptorProto;
use crate::fault::{Fault, Faults};

/// Which message holds which, by fields that hold one.
pub(super) struct Graph<'a> {
    files: &'a [FileDescriptorProto],
    nodes: Vec<Node>,
}

struct Node {
    /// With its leading dot.
    name: String,
    file: usize,
    path: Vec<i32>,
    edges: Vec<Edge>,
}

struct Edge {
    to: usize,
    /// Position and path of the field, as prost-build's `boxed` takes it.
    field: i32,
    field_path: String,
    required: bool,
    group: bool,
}

// === impl Graph ===

impl<'a> Graph<'a> {
    pub(super) fn new(plain: &[Plain], files: &'a [FileDescriptorProto]) -> Self {
        let mut graph = Self {
            files,
            nodes: Vec::new(),
        };
        let mut ids = HashMap::new();
        let mut waiting = Vec::new();
        for (file, plain) in plain.iter().enumerate() {
            let scope = match plain.package() {
                "" => String::new(),
                package => format!(".{package}"),
            };
            let tops = plain.message_type.iter().enumerate().rev();
            waiting.extend(tops.map(|(at, message)| (scope.clone(), vec![4, at as i32], message)));
            while let Some((scope, path, message)) = waiting.pop() {
                let name = format!("{scope}.{}", message.name());
                let nested = message.nested_type.iter().enumerate().rev();
                waiting.extend(nested.map(|(at, nested)| {
                    let mut path = path.clone();
                    path.extend([3, at as i32]);
                    (name.clone(), path, nested)
                }));
                ids.entry(name.clone())
                    .or_insert((graph.nodes.len(), message));
                graph.nodes.push(Node {
                    name,
                    file,
                    path,
                    edges: Vec::new(),
                });
            }
        }
        for (name, (id, message)) in &ids {
            graph.nodes[*id].edges = message
                .field
                .iter()
                .enumerate()
                .filter(|(_, field)| {
                    matches!(field.r#type(), Type::Message | Type::Group)
                        && field.label() != Label::Repeated
                })
                .filter_map(|(at, field)| {
                    let oneof = field
                        .oneof_index
                        .and_then(|oneof| message.oneof_decl.get(oneof as usize))
                        .map_or(String::new(), |oneof| format!(".{}", oneof.name()));
                    Some(Edge {
                        to: ids.get(field.type_name())?.0,
                        field: at as i32,
                        field_path: format!("{name}{oneof}.{}", field.name()),
                        required: field.label() == Label::Required,
                        group: field.r#type() == Type::Group,
                    })
                })
                .collect();
        }
        graph
    }

    /// A message that must hold itself can never be complete, and its `Default`
    /// would never return: one fault for each knot of such messages.
    pub(super) fn required_cycles(&self, wanted: impl Fn(&str) -> bool) -> Faults {
        let knots = self.knots(|edge| edge.required);
        let mut told = vec![false; self.nodes.len()];
        let mut faults = Faults::new();
        for (at, node) in self.nodes.iter().enumerate() {
            let file = &self.files[node.file];
            if told[knots[at]] || !wanted(file.name()) {
                continue;
            }
            let Some(cycle) = self.cycle(at, &knots) else {
                continue;
            };
            told[knots[at]] = true;
            let mut names: Vec<_> = cycle
                .iter()
                .map(|&(from, _)| &self.nodes[from].name[1..])
                .collect();
            names.push(&node.name[1..]);
            let mut path = node.path.clone();
            path.extend([2, cycle[0].1.field]);
            faults.push(
                Fault::new(format!(
                    "required field `{}` makes a message hold itself: {}",
                    &cycle[0].1.field_path[1..],
                    names.join(" -> ")
                ))
                .at(file.name(), file.locations().nearest(&path))
                .help("make one field on the way optional: no such message can ever be complete"),
            );
        }
        faults
    }

    /// Group fields that lie on a cycle. prost-build boxes the message fields
    /// of cycles made of message fields alone; a box on each group closes the
    /// rest.
    pub(super) fn boxed_groups(&self) -> Vec<String> {
        if !self.edges().any(|edge| edge.group) {
            return Vec::new();
        }
        let knots = self.knots(|_| true);
        let mut boxed: Vec<_> = self
            .nodes
            .iter()
            .enumerate()
            .flat_map(|(at, node)| node.edges.iter().map(move |edge| (at, edge)))
            .filter(|(at, edge)| edge.group && knots[*at] == knots[edge.to])
            .map(|(_, edge)| edge.field_path.clone())
            .collect();
        boxed.sort_unstable();
        boxed
    }

    fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.nodes.iter().flat_map(|node| &node.edges)
    }

    /// The shortest way from a message back to itself over required fields.
    fn cycle(&self, start: usize, knots: &[usize]) -> Option<Vec<(usize, &Edge)>> {
        let mut came: HashMap<usize, (usize, &Edge)> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for edge in &self.nodes[at].edges {
                if !edge.required || knots[edge.to] != knots[start] || came.contains_key(&edge.to) {
                    continue;
                }
                came.insert(edge.to, (at, edge));
                if edge.to == start {
                    let mut way = vec![came[&start]];
                    while way[way.len() - 1].0 != start {
                        way.push(came[&way[way.len() - 1].0]);
                    }
                    way.reverse();
                    return Some(way);
                }
                queue.push_back(edge.to);
            }
        }
        None
    }

    /// For each message the number of its knot: messages have the same one if
    /// each can be reached from the other. (Tarjan, without recursion: nesting
    /// in a request can be deeper than our stack.)
    fn knots(&self, take: impl Fn(&Edge) -> bool) -> Vec<usize> {
        const NEW: usize = usize::MAX;
        let count = self.nodes.len();
        let (mut order, mut low) = (vec![NEW; count], vec![NEW; count]);
        let mut knot = vec![NEW; count];
        let (mut seen, mut open, mut calls) = (0, Vec::new(), Vec::new());
        for root in 0..count {
            if order[root] != NEW {
                continue;
            }
            calls.push((root, 0));
            while let Some((at, next)) = calls.pop() {
                if next == 0 {
                    (order[at], low[at]) = (seen, seen);
                    seen += 1;
                    open.push(at);
                } else {
                    let back = self.nodes[at].edges[next - 1].to;
                    if knot[back] == NEW && take(&self.nodes[at].edges[next - 1]) {
                        low[at] = low[at].min(low[back]);
                    }
                }
                let edges = &self.nodes[at].edges;
                let step = (next..edges.len()).find(|&step| take(&edges[step]));
                if let Some(step) = step {
                    calls.push((at, step + 1));
                    let to = edges[step].to;
                    if order[to] == NEW {
                        calls.push((to, 0));
                    } else if knot[to] == NEW {
                        low[at] = low[at].min(order[to]);
                    }
                } else if low[at] == order[at] {
                    while let Some(member) = open.pop() {
                        knot[member] = at;
                        if member == at {
                            break;
                        }
                    }
                }
            }
        }
        knot
    }
}
