"""Which names `ranvier.sim` has, and where each comes from. Nothing is imported before it is used."""

OWN = {
    "core.logfile": "get_logger logger BrianLogger std_silent",
    "core.names": "Trackable Nameable",
    "core.variables": "linked_var",
    "core.functions": "DEFAULT_FUNCTIONS DEFAULT_CONSTANTS Function implementation declare_types",
    "core.namespace": "get_local_namespace DEFAULT_UNITS",
    "core.preferences": "PreferenceError BrianPreference prefs brian_prefs",
    "core.clocks": "Clock EventClock defaultclock",
    "core.base": "BrianObject BrianObjectException SpikeSource",
    "core.network": "Network",
    "core.summaries": "profiling_summary scheduling_summary",
    "core.magic": "MagicNetwork magic_network MagicError run stop collect store restore start_scope",
    "core.operations": "NetworkOperation network_operation",
    "equations": "Equations Expression Statements",
    "stateupdaters": """StateUpdateMethod linear exact independent milstein heun euler rk2 rk4 ExplicitStateUpdater
        exponential_euler gsl_rk2 gsl_rk4 gsl_rkf45 gsl_rkck gsl_rk8pd""",
    "elsewhere": "test",
    "groups.group": "CodeRunner Group VariableOwner",
    "groups.neurongroup": "NeuronGroup",
    "groups.subgroup": "Subgroup",
    "synapses": "Synapses",
    "monitors": "SpikeMonitor EventMonitor StateMonitor PopulationRateMonitor",
    "importexport": "ImportExport",
    "input": "BinomialFunction PoissonGroup PoissonInput SpikeGeneratorGroup TimedArray",
    "spatialneuron": "Morphology Soma Cylinder Section SpatialNeuron",
    "devices": """set_device get_device device all_devices seed restore_initial_state check_cache clear_cache NumpyCodeObject
        CythonCodeObject""",
}
PLACES = {name: module for module, names in OWN.items() for name in names.split()}
MODULES = """codegen core devices equations groups importexport input memory monitors numpy_ only parsing spatialneuron
stateupdaters synapses tests units utils""".split()
OF_THE_WHOLE = {"check_cache", "clear_cache", "logger"}  # which `only` leaves away
UNWANTED = {"f"}  # of NumPy's, which scripts want for themselves


def own_names():
    """Names of Ranvier's own, units among them."""
    from ranvier.sim import units

    return [*PLACES, *units.__all__]
