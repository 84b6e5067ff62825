#include "ranvier/formats/format.hpp"
#include "ranvier/formats/tables/model_file.hpp"

namespace ranvier::formats {

const Format model_format{
    .name = "a trained model",
    .extensions = {".rvl"},
    .begins = [](std::string_view head) { return head.starts_with("RVLEARN1"); },
    .read = [](const fs::path& path) -> Contents { return read_model(path); },
};

}  // namespace ranvier::formats
