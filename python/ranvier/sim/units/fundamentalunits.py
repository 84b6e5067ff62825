"""What Brian 2 keeps in a module of this name: quantities, units, dimensions and their checks."""

from ranvier.sim.units.checking import check_units as check_units
from ranvier.sim.units.checking import fail_for_dimension_mismatch as fail_for_dimension_mismatch
from ranvier.sim.units.checking import get_dimensions as get_dimensions
from ranvier.sim.units.checking import have_same_dimensions as have_same_dimensions
from ranvier.sim.units.checking import in_best_unit as in_best_unit
from ranvier.sim.units.checking import in_unit as in_unit
from ranvier.sim.units.checking import is_dimensionless as is_dimensionless
from ranvier.sim.units.checking import is_scalar_type as is_scalar_type
from ranvier.sim.units.dimensions import DIMENSIONLESS as DIMENSIONLESS
from ranvier.sim.units.dimensions import Dimension as Dimension
from ranvier.sim.units.dimensions import get_or_create_dimension as get_or_create_dimension
from ranvier.sim.units.quantity import Quantity as Quantity
from ranvier.sim.units.quantity import quantity_with_dimensions as quantity_with_dimensions
from ranvier.sim.units.registers import UnitRegistry as UnitRegistry
from ranvier.sim.units.registers import user_unit_register as user_unit_register
from ranvier.sim.units.registry import additional_unit_register as additional_unit_register
from ranvier.sim.units.registry import get_unit as get_unit
from ranvier.sim.units.registry import get_unit_for_display as get_unit_for_display
from ranvier.sim.units.registry import register_new_unit as register_new_unit
from ranvier.sim.units.registry import standard_unit_register as standard_unit_register
from ranvier.sim.units.unit import Unit as Unit
from ranvier.units.dimension import DimensionMismatchError as DimensionMismatchError

__all__ = """DimensionMismatchError get_or_create_dimension get_dimensions is_dimensionless have_same_dimensions in_unit
in_best_unit Quantity Unit register_new_unit check_units is_scalar_type get_unit""".split()
