//! Where the cards of a graph stand: in columns, users left of what they need, with few crossings.
//!
//! The same graph gives the same places, in time linear in its edges: a stack of 10,000 resources can be drawn.

use std::collections::BTreeMap;

/// Sweeps over the columns that untangle and straighten the edges; more change little.
const SWEEPS: usize = 8;

/// Edges through more stops than this are drawn straight: no reader follows them one by one.
const MOST_STOPS: usize = 20_000;

/// Sizes in pixels.
pub(crate) const WIDTH: f64 = 208.0;
/// The height of a card.
pub(crate) const HEIGHT: f64 = 44.0;
const COLUMN_GAP: f64 = 88.0;
const ROW_GAP: f64 = 18.0;

/// The places of cards and edges.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// The upper left corner of each card.
    pub(crate) cards: Vec<(f64, f64)>,
    /// The points that each edge runs through, in the order of the edges given.
    pub(crate) edges: Vec<Vec<(f64, f64)>>,
    /// Width and height of all.
    pub(crate) size: (f64, f64),
}

/// Places `count` cards by their edges `(user, needed)`.
pub(crate) fn layout(count: usize, edges: &[(usize, usize)]) -> Layout {
    if count == 0 {
        return Layout::default();
    }
    let forward = without_cycles(count, edges);
    let columns = columns(count, &forward);
    let mut net = Net::new(columns, &forward);
    for sweep in 0..SWEEPS {
        net.untangle(sweep % 2 == 0);
    }
    net.straighten();
    net.result(count, edges, &forward)
}

/// The edges with those that close a cycle turned around.
fn without_cycles(count: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (at, (user, _)) in edges.iter().enumerate() {
        if let Some(list) = needs.get_mut(*user) {
            list.push(at);
        }
    }
    let mut turned = edges.to_vec();
    let mut state = vec![Visit::New; count];
    for start in 0..count {
        let mut stack = vec![(start, 0)];
        if state.get(start) != Some(&Visit::New) {
            continue;
        }
        set(&mut state, start, Visit::Open);
        while let Some((node, next)) = stack.pop() {
            let Some(edge) = needs.get(node).and_then(|list| list.get(next)).copied() else {
                set(&mut state, node, Visit::Done);
                continue;
            };
            stack.push((node, next + 1));
            let Some((_, needed)) = edges.get(edge).copied() else {
                continue;
            };
            match state.get(needed) {
                Some(Visit::New) => {
                    set(&mut state, needed, Visit::Open);
                    stack.push((needed, 0));
                }
                Some(Visit::Open) => {
                    if let Some(pair) = turned.get_mut(edge) {
                        *pair = (needed, node);
                    }
                }
                _ => {}
            }
        }
    }
    turned
}

/// How far a walk has come with a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Open,
    Done,
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(slot) = list.get_mut(at) {
        *slot = value;
    }
}

/// The column of each card: one more than that of its rightmost user.
fn columns(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut waiting = vec![0_usize; count];
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); count];
    for &(user, needed) in edges {
        if let (Some(list), Some(open)) = (needs.get_mut(user), waiting.get_mut(needed)) {
            list.push(needed);
            *open += 1;
        }
    }
    let mut columns = vec![0_usize; count];
    let mut ready: Vec<usize> = (0..count)
        .filter(|at| waiting.get(*at) == Some(&0))
        .collect();
    while let Some(user) = ready.pop() {
        let next = columns.get(user).copied().unwrap_or_default() + 1;
        for &needed in needs.get(user).into_iter().flatten() {
            if let (Some(column), Some(open)) = (columns.get_mut(needed), waiting.get_mut(needed)) {
                *column = (*column).max(next);
                *open -= 1;
                if *open == 0 {
                    ready.push(needed);
                }
            }
        }
    }
    columns
}

/// Cards and the stops of long edges, as columns of nodes with neighbours.
struct Net {
    column_of: Vec<usize>,
    columns: Vec<Vec<usize>>,
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    stops: BTreeMap<(usize, usize), Vec<usize>>,
    cards: usize,
    y: Vec<f64>,
}

impl Net {
    fn new(column_of: Vec<usize>, edges: &[(usize, usize)]) -> Self {
        let cards = column_of.len();
        let width = column_of.iter().max().map_or(0, |last| last + 1);
        let mut net = Self {
            columns: vec![Vec::new(); width],
            left: vec![Vec::new(); cards],
            right: vec![Vec::new(); cards],
            stops: BTreeMap::new(),
            y: Vec::new(),
            column_of,
            cards,
        };
        for node in 0..cards {
            net.stand(node);
        }
        let mut unique = edges.to_vec();
        unique.sort_unstable();
        unique.dedup();
        for (user, needed) in unique {
            net.join(user, needed);
        }
        net
    }

    fn column(&self, node: usize) -> usize {
        self.column_of.get(node).copied().unwrap_or_default()
    }

    fn stand(&mut self, node: usize) {
        let column = self.column(node);
        if let Some(nodes) = self.columns.get_mut(column) {
            nodes.push(node);
        }
    }

    /// Joins two cards, by a stop in every column between them.
    fn join(&mut self, user: usize, needed: usize) {
        let mut stops = Vec::new();
        let mut from = user;
        if self.column_of.len() - self.cards < MOST_STOPS {
            for column in self.column(user) + 1..self.column(needed) {
                let stop = self.column_of.len();
                self.column_of.push(column);
                self.left.push(Vec::new());
                self.right.push(Vec::new());
                self.stand(stop);
                self.link(from, stop);
                stops.push(stop);
                from = stop;
            }
        }
        self.link(from, needed);
        self.stops.insert((user, needed), stops);
    }

    fn link(&mut self, from: usize, to: usize) {
        if let Some(list) = self.right.get_mut(from) {
            list.push(to);
        }
        if let Some(list) = self.left.get_mut(to) {
            list.push(from);
        }
    }

    /// Sorts each column by the middle of its neighbours in the column before (or behind).
    fn untangle(&mut self, forward: bool) {
        let mut place = vec![0.0; self.column_of.len()];
        for column in &self.columns {
            for (at, node) in column.iter().enumerate() {
                set(&mut place, *node, at as f64);
            }
        }
        let width = self.columns.len();
        for step in 0..width {
            let at = if forward { step } else { width - 1 - step };
            let neighbours = if forward { &self.left } else { &self.right };
            let Some(column) = self.columns.get_mut(at) else {
                continue;
            };
            let mut keyed: Vec<(f64, usize)> = column
                .iter()
                .map(|node| (middle(*node, neighbours, &place), *node))
                .collect();
            keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
            for (at, (_, node)) in keyed.iter().enumerate() {
                set(&mut place, *node, at as f64);
            }
            *column = keyed.into_iter().map(|(_, node)| node).collect();
        }
    }

    /// Moves the nodes of each column toward the middle of their neighbours, in their order.
    fn straighten(&mut self) {
        self.y = vec![0.0; self.column_of.len()];
        for column in &self.columns {
            let mut y = 0.0;
            for node in column {
                set(&mut self.y, *node, y);
                y += self.room(*node);
            }
        }
        for sweep in 0..SWEEPS {
            let width = self.columns.len();
            for step in 0..width {
                let forward = sweep % 2 == 0;
                let at = if forward { step } else { width - 1 - step };
                self.settle(at, forward);
            }
        }
    }

    fn settle(&mut self, at: usize, forward: bool) {
        let column = self.columns.get(at).cloned().unwrap_or_default();
        let neighbours = if forward { &self.left } else { &self.right };
        let wanted: Vec<f64> = column
            .iter()
            .map(|node| middle(*node, neighbours, &self.y))
            .collect();
        let mut placed: Vec<f64> = Vec::with_capacity(column.len());
        let mut least = f64::NEG_INFINITY;
        for (node, want) in column.iter().zip(&wanted) {
            let y = want.max(least);
            placed.push(y);
            least = y + self.room(*node);
        }
        // What was pushed down moves the whole column back by half of it, so that no side wins.
        let pushed: f64 = placed.iter().zip(&wanted).map(|(y, want)| y - want).sum();
        let back = pushed / placed.len().max(1) as f64;
        for (node, y) in column.iter().zip(placed) {
            set(&mut self.y, *node, y - back);
        }
    }

    /// The height that a node takes in its column.
    fn room(&self, node: usize) -> f64 {
        if node < self.cards {
            HEIGHT + ROW_GAP
        } else {
            ROW_GAP
        }
    }

    fn result(&self, count: usize, edges: &[(usize, usize)], forward: &[(usize, usize)]) -> Layout {
        let top = self.y.iter().copied().fold(f64::INFINITY, f64::min);
        let y = |node: usize| self.y.get(node).copied().unwrap_or_default() - top;
        let x = |node: usize| self.column(node) as f64 * (WIDTH + COLUMN_GAP);
        let bottom = (0..count).map(y).fold(0.0, f64::max);
        let points = edges.iter().zip(forward).map(|(edge, turned)| {
            let (user, needed) = *turned;
            let mut points = vec![(x(user) + WIDTH, y(user) + HEIGHT / 2.0)];
            for stop in self.stops.get(turned).into_iter().flatten() {
                points.push((x(*stop), y(*stop) + ROW_GAP / 2.0));
                points.push((x(*stop) + WIDTH, y(*stop) + ROW_GAP / 2.0));
            }
            points.push((x(needed), y(needed) + HEIGHT / 2.0));
            if edge != turned {
                points.reverse();
            }
            points
        });
        Layout {
            cards: (0..count).map(|card| (x(card), y(card))).collect(),
            edges: points.collect(),
            size: (
                self.columns.len() as f64 * (WIDTH + COLUMN_GAP) - COLUMN_GAP,
                bottom + HEIGHT,
            ),
        }
    }
}

/// The mean place of a node's neighbours; its own where it has none.
fn middle(node: usize, neighbours: &[Vec<usize>], place: &[f64]) -> f64 {
    let list = neighbours.get(node).map(Vec::as_slice).unwrap_or_default();
    if list.is_empty() {
        return place.get(node).copied().unwrap_or_default();
    }
    let sum: f64 = list.iter().filter_map(|other| place.get(*other)).sum();
    sum / list.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_stand_left_of_what_they_need() {
        let layout = layout(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]);
        let x: Vec<f64> = layout.cards.iter().map(|card| card.0).collect();
        assert!(x[0] < x[1] && x[1] < x[2] && x[3] < x[2]);
        assert_eq!(
            layout.edges[2].len(),
            4,
            "a long edge goes around by a stop"
        );
    }

    #[test]
    fn cards_of_a_column_do_not_touch() {
        let edges: Vec<(usize, usize)> = (1..40).map(|at| (0, at)).collect();
        let layout = layout(40, &edges);
        let mut rows: Vec<f64> = layout.cards[1..].iter().map(|card| card.1).collect();
        rows.sort_by(f64::total_cmp);
        assert!(rows.windows(2).all(|pair| pair[1] - pair[0] >= HEIGHT));
    }

    #[test]
    fn a_cycle_is_drawn_and_its_edge_keeps_its_direction() {
        let layout = layout(2, &[(0, 1), (1, 0)]);
        let back = &layout.edges[1];
        assert!(back[0].0 > back[1].0);
        assert!(layout.cards.iter().all(|card| card.1.is_finite()));
    }

    #[test]
    fn a_large_graph_is_placed() {
        let edges: Vec<(usize, usize)> = (10..10_000).map(|at| (at, at / 2)).collect();
        assert_eq!(layout(10_000, &edges).cards.len(), 10_000);
    }
}
