from .noun import Dipole as Dipole
from .noun import read_dipole as read_dipole
