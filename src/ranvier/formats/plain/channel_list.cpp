#include "ranvier/formats/plain/channel_list.hpp"

#include "ranvier/base/array.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

std::vector<bool> listed_channels(const std::string& what, const std::vector<Value>& list,
                                  const std::vector<std::string>& names) {
    const index n = std::ssize(names);
    std::vector<bool> listed(names.size());
    for (const Value& value : list) {
        const auto* number = value.as<std::int64_t>();
        const auto* name = value.as<std::string>();
        require(number || name,
                [&] { return what + " must hold names or numbers of channels; got " + text_of(value); });
        require(!number || (*number >= -n && *number < n), [&] {
            return what + " must hold numbers of channels from " + text_of(-n) + " to " + text_of(n - 1) + "; got " +
                   text_of(*number);
        });
        for (index k = 0; k < n; ++k) {
            const auto c = static_cast<std::size_t>(k);
            if (number ? *number == k || *number == k - n : *name == names[c]) {
                listed[c] = true;
            }
        }
    }
    return listed;
}

}  // namespace ranvier::formats
