#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>
#include <utility>

#include "ranvier/base/text.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"

namespace ranvier::formats {

namespace fiff {

namespace {

/// "left:1;right:2"; a name may itself contain colons.
meeg::EventIds parsed_names(const File& file, const Entry& entry) {
    meeg::EventIds ids;
    const std::string text = file.text(entry);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(';', begin), text.size());
        const std::string item = text.substr(begin, end - begin);
        const std::size_t colon = item.rfind(':');
        int id = 0;
        const char* from = item.data() + (colon + 1);  // none: from the start
        if (colon == std::string::npos ||
            std::from_chars(from, item.data() + item.size(), id).ptr != item.data() + item.size() ||
            colon + 1 == item.size()) {
            file.fail(entry,
                      "should be names and numbers of events, as in \"left:1;right:2\"; it has \"" + item + "\"");
        }
        ids.emplace_back(item.substr(0, colon), id);
        begin = end + 1;
    }
    return ids;
}

/// A comment for each event, each ended by a zero; an event's number is that of the last with its comment.
meeg::EventIds names_by_comments(const File& file, const Entry& entry, const meeg::Events& events) {
    meeg::EventIds ids;
    const auto data = file.data(entry);
    std::size_t count = 0;
    for (std::string comment; const std::byte byte : data) {
        if (byte != std::byte{0}) {
            comment += std::to_integer<char>(byte);
            continue;
        }
        if (count == events.size()) {
            file.fail(entry, "should hold one comment per event (" + text_of(events.size()) + "); it holds more");
        }
        const int id = events[count++].id;
        const std::string name = utf8_from_latin1(std::exchange(comment, {}));
        const auto known = std::find_if(ids.begin(), ids.end(), [&](const auto& pair) { return pair.first == name; });
        known == ids.end() ? void(ids.emplace_back(name, id)) : void(known->second = id);
    }
    return ids;
}

}  // namespace

meeg::Events events_of(const File& file, std::optional<meeg::EventIds>* names) {
    const Node* node = file.root().first(block::mne_events);
    if (!node) {
        throw FileError(file.path(), FileError::no_offset, "holds no events");
    }
    const Entry& list = file.required(*node, tag::mne_event_list, "the list of events");
    const auto values = file.integers(list);
    if (values.size() % 3 != 0) {
        file.fail(list, "should hold three numbers per event; it holds " + text_of(values.size()));
    }
    meeg::Events events;
    for (std::size_t k = 0; k < values.size(); k += 3) {
        events.push_back({values[k], values[k + 1], values[k + 2]});
    }
    if (names) {
        if (const Entry* entry = node->find(tag::description)) {
            *names = parsed_names(file, *entry);
        } else if (const Entry* comments = node->find(tag::mne_event_comments)) {
            *names = names_by_comments(file, *comments, events);
        }
    }
    return events;
}

void write_event_list(Writer& out, const meeg::Events& events) {
    std::vector<int> values;
    for (const auto& event : events) {
        require(event.sample >= INT32_MIN && event.sample <= INT32_MAX,
                [&] { return "sample numbers of events must fit 32 bits in FIFF; got " + text_of(event.sample); });
        values.insert(values.end(), {static_cast<int>(event.sample), event.before, event.id});
    }
    out.integers(tag::mne_event_list, values);
}

}  // namespace fiff

namespace {

/// One event per line: sample, value before, value after; old programs put the time in seconds second.
meeg::Events events_of_text(const fs::path& path) {
    const std::string text = file_text(path);
    meeg::Events events;
    std::size_t columns = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const auto fail = [&](const std::string& what) {
            throw FileError(
                path, static_cast<std::int64_t>(begin),
                what + "; the line is \"" + text.substr(begin, std::min<std::size_t>(end - begin, 80)) + "\"");
        };
        std::string line = text.substr(begin, end - begin);
        line.resize(std::min(line.find('#'), line.size()));
        std::istringstream words(line);
        std::vector<double> values;
        for (std::string word; words >> word;) {
            const auto x = number_in<double>(word);
            if (!x || !(std::abs(*x) <= INT32_MAX)) {
                fail("a line of an event list should hold numbers");
            }
            values.push_back(*x);
        }
        if (!values.empty()) {
            if (values.size() != 3 && values.size() != 4) {
                fail("a line of an event list should hold 3 numbers (or 4, with the time second)");
            }
            if (columns != 0 && columns != values.size()) {
                fail("all lines of an event list should hold as many numbers");
            }
            columns = values.size();
            const std::size_t behind = columns - 2;
            events.push_back({static_cast<index>(values[0]), static_cast<int>(values[behind]),
                              static_cast<int>(values[behind + 1])});
        }
        begin = end + 1;
    }
    if (events.empty()) {
        throw FileError(path, FileError::no_offset, "holds no events");
    }
    return events;
}

}  // namespace

meeg::Events read_events_fif(const fs::path& path, std::optional<meeg::EventIds>* names) {
    if (!fiff::is_fiff(path)) {
        return events_of_text(path);
    }
    const fiff::File file(path);
    return fiff::reading(path, [&] { return fiff::events_of(file, names); });
}

void write_events_fif(const meeg::Events& events, const fs::path& path, bool overwrite) {
    if (!fiff::is_fiff(path)) {
        std::string text;
        for (const auto& event : events) {
            text += text_of(event.sample) + " " + text_of(event.before) + " " + text_of(event.id) + "\n";
        }
        OutputFile out(path, overwrite);
        out.write(text);
        out.commit();
        return;
    }
    fiff::Writer out(path, overwrite);
    out.start_block(fiff::block::mne_events);
    fiff::write_event_list(out, events);
    out.end_block(fiff::block::mne_events);
    out.commit();
}

}  // namespace ranvier::formats
