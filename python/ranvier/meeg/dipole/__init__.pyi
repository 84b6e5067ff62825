from .fitting import fit_dipole as fit_dipole
from .fixed import DipoleFixed as DipoleFixed
from .noun import Dipole as Dipole
from .noun import read_dipole as read_dipole
