#pragma once

/// The coordinates of the standard montages as their sources give them; montage.cpp turns them into metres.
namespace ranvier::meeg::montages {

struct Site {
    const char* name;
    double a, b, c;
};

/// The source's file format, which says what a, b, c mean.
enum class Kind {
    elc,  ///< x, y, z [mm], with Nz, LPA, RPA; MRI coordinates of a template head
    tsv,  ///< x, y, z [m] (template heads) or of a unit sphere, with NAS, LPA, RPA
    txt,  ///< polar angle and azimuth [degree] on a sphere
    sfp,  ///< x, y, z [cm] in single precision, with FidNz, FidT9, FidT10
    csd   ///< x, y, z on a unit sphere in single precision, without fiducials
};

struct Table {
    const char* name;
    Kind kind;
    const Site* sites;
    int n_sites;
};

extern const Table tables[];
extern const int n_tables;
extern const double fsaverage_lpa[3], fsaverage_nasion[3], fsaverage_rpa[3];  // [m], MRI coordinates

}  // namespace ranvier::meeg::montages
