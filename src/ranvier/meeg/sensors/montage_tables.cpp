// The list of the standard montages. Written by tools/make_montage_tables.py; edit that, not this.
#include "ranvier/meeg/sensors/montage_tables.hpp"

namespace ranvier::meeg::montages {

// clang-format off
extern const Site colin27_1005[346];
extern const Site colin27_1020[97];
extern const Site colin27_alphabetic[68];
extern const Site colin27_postfixed[103];
extern const Site colin27_prefixed[77];
extern const Site colin27_primed[103];
extern const Site fsaverage_1005[340];
extern const Site fsaverage_1010[73];
extern const Site fsaverage_1020[24];
extern const Site spherical_1005[348];
extern const Site spherical_1010[74];
extern const Site spherical_1020[24];
extern const Site biosemi16[19];
extern const Site biosemi32[35];
extern const Site biosemi64[67];
extern const Site biosemi128[131];
extern const Site biosemi160[163];
extern const Site biosemi256[259];
extern const Site easycap_M1[74];
extern const Site easycap_M10[61];
extern const Site easycap_M43[64];
extern const Site brainproducts_RNP_BA_128[130];
extern const Site EGI_256[256];
extern const Site GSN_HydroCel_32[36];
extern const Site GSN_HydroCel_64_1_0[67];
extern const Site GSN_HydroCel_65_1_0[68];
extern const Site GSN_HydroCel_128[131];
extern const Site GSN_HydroCel_129[132];
extern const Site GSN_HydroCel_256[259];
extern const Site GSN_HydroCel_257[260];
extern const Site mgh60[63];
extern const Site mgh70[73];
extern const Site artinis_octamon[13];
extern const Site artinis_brite23[21];

extern const Table tables[34] = {
    {"colin27_1005", Kind::elc, colin27_1005, 346},
    {"colin27_1020", Kind::elc, colin27_1020, 97},
    {"colin27_alphabetic", Kind::elc, colin27_alphabetic, 68},
    {"colin27_postfixed", Kind::elc, colin27_postfixed, 103},
    {"colin27_prefixed", Kind::elc, colin27_prefixed, 77},
    {"colin27_primed", Kind::elc, colin27_primed, 103},
    {"fsaverage_1005", Kind::tsv, fsaverage_1005, 340},
    {"fsaverage_1010", Kind::tsv, fsaverage_1010, 73},
    {"fsaverage_1020", Kind::tsv, fsaverage_1020, 24},
    {"spherical_1005", Kind::tsv, spherical_1005, 348},
    {"spherical_1010", Kind::tsv, spherical_1010, 74},
    {"spherical_1020", Kind::tsv, spherical_1020, 24},
    {"biosemi16", Kind::txt, biosemi16, 19},
    {"biosemi32", Kind::txt, biosemi32, 35},
    {"biosemi64", Kind::txt, biosemi64, 67},
    {"biosemi128", Kind::txt, biosemi128, 131},
    {"biosemi160", Kind::txt, biosemi160, 163},
    {"biosemi256", Kind::txt, biosemi256, 259},
    {"easycap-M1", Kind::txt, easycap_M1, 74},
    {"easycap-M10", Kind::txt, easycap_M10, 61},
    {"easycap-M43", Kind::txt, easycap_M43, 64},
    {"brainproducts-RNP-BA-128", Kind::txt, brainproducts_RNP_BA_128, 130},
    {"EGI_256", Kind::csd, EGI_256, 256},
    {"GSN-HydroCel-32", Kind::sfp, GSN_HydroCel_32, 36},
    {"GSN-HydroCel-64_1.0", Kind::sfp, GSN_HydroCel_64_1_0, 67},
    {"GSN-HydroCel-65_1.0", Kind::sfp, GSN_HydroCel_65_1_0, 68},
    {"GSN-HydroCel-128", Kind::sfp, GSN_HydroCel_128, 131},
    {"GSN-HydroCel-129", Kind::sfp, GSN_HydroCel_129, 132},
    {"GSN-HydroCel-256", Kind::sfp, GSN_HydroCel_256, 259},
    {"GSN-HydroCel-257", Kind::sfp, GSN_HydroCel_257, 260},
    {"mgh60", Kind::elc, mgh60, 63},
    {"mgh70", Kind::elc, mgh70, 73},
    {"artinis-octamon", Kind::elc, artinis_octamon, 13},
    {"artinis-brite23", Kind::elc, artinis_brite23, 21},
};
extern const int n_tables = 34;

extern const double fsaverage_lpa[3] = {-0.08061611652374268, -0.02908875234425068, -0.04131076857447624};  // [m]
extern const double fsaverage_nasion[3] = {0.0014676303835585713, 0.08506715297698975, -0.03483611345291138};  // [m]
extern const double fsaverage_rpa[3] = {0.08436284959316254, -0.02850276418030262, -0.041277434676885605};  // [m]
// clang-format on

}  // namespace ranvier::meeg::montages
