#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/utf8.hpp"
#include "ranvier/formats/annotation_table.hpp"
#include "ranvier/formats/format.hpp"

namespace ranvier::formats {

namespace {

meeg::Annotations read_table_of_annotations(const fs::path& path) {
    const std::string text = file_text(path);
    if (!is_utf8(text)) {
        throw FileError(path, 0, "is no text in UTF-8, which a table of annotations must be here");
    }
    return annotations_of_table(text, lower_case(path.extension().string()) == ".csv", path);
}

}  // namespace

const Format annotation_table_format{
    .name = "a table of annotations",
    .extensions = {".csv", ".txt"},
    .begins = [](std::string_view) { return false; },
    .read = [](const fs::path& path) -> Contents { return read_table_of_annotations(path); },
    .read_annotations = read_table_of_annotations,
};

}  // namespace ranvier::formats
