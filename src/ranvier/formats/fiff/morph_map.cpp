// Morph maps between subjects: *-morph.fif.
#include <algorithm>

#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"

namespace ranvier::formats {

using namespace fiff;
using meeg::MorphMaps;

std::vector<MorphMaps> read_morph_maps_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] {
        std::vector<MorphMaps> made;
        for (const Node* node : file.root().all(block::mne_morph_map)) {
            const std::string from = file.text(file.required(*node, tag::mne_morph_map_from, "whose map it is")),
                              to = file.text(file.required(*node, tag::mne_morph_map_to, "to whom the map leads"));
            const Entry& side = file.required(*node, tag::mne_hemi, "the hemisphere of a map");
            const auto number = file.integer(side);
            if (number != meeg::surface_id::left_hemisphere && number != meeg::surface_id::right_hemisphere) {
                file.fail(side, "should be a hemisphere, 101 or 102; got " + text_of(number));
            }
            auto pair = std::find_if(made.begin(), made.end(),
                                     [&](const MorphMaps& maps) { return maps.from == from && maps.to == to; });
            if (pair == made.end()) {
                pair = made.insert(made.end(), {from, to, {}, {}});
            }
            (number == meeg::surface_id::left_hemisphere ? pair->left : pair->right) =
                file.sparse_matrix(file.required(*node, tag::mne_morph_map, "a map"));
        }
        if (made.empty()) {
            throw FileError(path, FileError::no_offset, "holds no morph map");
        }
        return made;
    });
}

void write_morph_maps_fif(const std::vector<MorphMaps>& maps, const fs::path& path, bool overwrite) {
    Writer out(path, overwrite);
    for (const MorphMaps& pair : maps) {
        for (const bool left : {true, false}) {
            out.start_block(block::mne_morph_map);
            out.text(tag::mne_morph_map_from, pair.from);
            out.text(tag::mne_morph_map_to, pair.to);
            out.integer(tag::mne_hemi, left ? meeg::surface_id::left_hemisphere : meeg::surface_id::right_hemisphere);
            out.sparse_matrix(tag::mne_morph_map, left ? pair.left : pair.right);
            out.end_block(block::mne_morph_map);
        }
    }
    out.commit();
}

}  // namespace ranvier::formats
