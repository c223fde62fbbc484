package osms

// JobDecide is a run in which a person decides something about the register.
const JobDecide Job = "decide"
