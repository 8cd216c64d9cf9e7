"""The append-only log: every act is a leaf of one Merkle tree, and its heads are signed."""
