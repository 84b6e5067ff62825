#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/format.hpp"

namespace ranvier::formats {

// Events as lines of numbers, which only their names tell.
const Format event_list_format{
    .name = "a list of events",
    .extensions = {".eve", ".lst", "-eve.txt", "_eve.txt"},
    .begins = [](std::string_view) { return false; },
    .read = [](const fs::path& path) -> Contents { return read_events_fif(path); },
};

}  // namespace ranvier::formats
