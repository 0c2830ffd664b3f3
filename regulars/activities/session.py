"""Settings of a connection on which batches run."""

PLANS = {
    # Every statement here looks rows up by key. Planned once, perhaps while a table is still empty,
    # a plan must never be one that reads a whole table.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
