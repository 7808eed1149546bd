//! Which operation waits for which, and how long the rest of its way is.

use formwork_plan::Operation;

/// An operation that needs one that does not come before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("operation {operation} of the plan needs operation {needs}, which does not come before it")]
pub struct OrderError {
    /// The operation.
    pub operation: usize,
    /// What it needs.
    pub needs: usize,
}

/// Edges from each operation to those that wait for it, in one array, and priorities. Built in O(V + E).
#[derive(Debug)]
pub(crate) struct Graph {
    starts: Vec<u32>,
    dependants: Vec<u32>,
    priorities: Vec<u64>,
}

impl Graph {
    pub(crate) fn new(operations: &[Operation]) -> Result<Self, OrderError> {
        let mut starts = vec![0_u32; operations.len() + 1];
        for (at, operation) in operations.iter().enumerate() {
            for needs in &operation.needs {
                let order = OrderError {
                    operation: at,
                    needs: *needs,
                };
                let next = starts.get_mut(needs + 1).filter(|_| *needs < at);
                *next.ok_or(order)? += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut dependants = vec![0_u32; sum as usize];
        for (at, operation) in operations.iter().enumerate() {
            for needs in &operation.needs {
                if let Some(slot) = next.get_mut(*needs) {
                    if let Some(dependant) = dependants.get_mut(*slot as usize) {
                        *dependant = u32::try_from(at).unwrap_or(u32::MAX);
                    }
                    *slot += 1;
                }
            }
        }
        let mut graph = Graph {
            starts,
            dependants,
            priorities: vec![0; operations.len()],
        };
        graph.measure(operations);
        Ok(graph)
    }

    fn measure(&mut self, operations: &[Operation]) {
        for (at, operation) in operations.iter().enumerate().rev() {
            let after = self.dependants(at).map(|next| self.priority(next)).max();
            // One more than expected, so that length counts where no time is expected.
            let length = u64::from(operation.expected) + 1 + after.unwrap_or(0);
            if let Some(priority) = self.priorities.get_mut(at) {
                *priority = length;
            }
        }
    }

    /// The operations that wait for this one.
    pub(crate) fn dependants(&self, operation: usize) -> impl Iterator<Item = usize> + '_ {
        let start = self.starts.get(operation).copied().unwrap_or(0) as usize;
        let end = self.starts.get(operation + 1).copied().unwrap_or(0) as usize;
        let slice = self.dependants.get(start..end).unwrap_or(&[]);
        slice.iter().map(|next| *next as usize)
    }

    /// Expected milliseconds until the end of the longest way from this operation.
    pub(crate) fn priority(&self, operation: usize) -> u64 {
        self.priorities.get(operation).copied().unwrap_or(0)
    }
}
