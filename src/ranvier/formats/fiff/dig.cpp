#include "ranvier/formats/fiff/constants.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"

namespace ranvier::formats {

StableVector<meeg::DigPoint> read_dig_fif(const fs::path& path) {
    const fiff::File file(path);
    return fiff::reading(path, [&] {
        const fiff::Node* isotrak = file.root().first(fiff::block::isotrak);
        auto points = isotrak == nullptr ? StableVector<meeg::DigPoint>() : fiff::dig_of(file, *isotrak);
        if (points.empty()) {
            throw FileError(path, FileError::no_offset, "holds no digitised points");
        }
        return points;
    });
}

void write_dig_fif(const StableVector<meeg::DigPoint>& points, const fs::path& path, bool overwrite) {
    require(!points.empty(), "at least one point must be given to be written");
    fiff::Writer out(path, overwrite);
    fiff::write_dig(out, points);
    out.commit();
}

}  // namespace ranvier::formats
