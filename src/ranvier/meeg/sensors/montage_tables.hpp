#pragma once

#include <array>
#include <span>
#include <vector>

#include "ranvier/base/bundled_text.hpp"

/// The coordinates of the standard montages as their sources give them; standard_montage.cpp turns them into metres.
namespace ranvier::meeg::montages {

/// The source's file format, which says what the numbers of a site mean.
enum class Kind {
    elc,  ///< x, y, z [mm], with Nz, LPA, RPA; MRI coordinates of a template head
    tsv,  ///< x, y, z [m] (template heads) or of a unit sphere, with NAS, LPA, RPA
    txt,  ///< polar angle and azimuth [degree] on a sphere
    sfp,  ///< x, y, z [cm] in single precision, with FidNz, FidT9, FidT10
    csd   ///< x, y, z on a unit sphere in single precision, without fiducials
};

struct Site {
    std::string_view name;
    std::array<double, 3> at;
};

struct Table {
    std::string_view name;
    Kind kind;
    std::vector<Site> sites;
};

/// The files of the folder montages/: lines "# source: …", "# unit: …", "# kind: …", then one of a name and its two or
/// three numbers per site, between tabs.
std::span<const BundledText> bundled_montages();

/// What such a file says. @throws InternalError  a kind that is unknown, a line that is no site
Table parsed(const BundledText& file);

/// All of them; parsed once.
const std::vector<Table>& tables();

}  // namespace ranvier::meeg::montages
