from .files import read_label as read_label
from .files import read_labels_from_annot as read_labels_from_annot
from .files import write_label as write_label
from .files import write_labels_to_annot as write_labels_to_annot
from .label import BiHemiLabel as BiHemiLabel
from .label import Label as Label
from .morphing import morph_labels as morph_labels
from .splitting import split_label as split_label
