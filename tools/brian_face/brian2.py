"""The name `brian2` where a script or a test of Brian's runs with what it is compared with: a module that is that package."""

import brian_swap

brian_swap.stand_in()
