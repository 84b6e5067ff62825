#include "ranvier/formats/tables/marks_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/formats/tables/json_value.hpp"

namespace ranvier::formats {

namespace {

using Json = nlohmann::ordered_json;
using meeg::Marks;

constexpr const char* format = "ranvier-marks/1";

std::string text_of_json(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

[[noreturn]] void fail(const std::string& where, const std::string& rule, const Json& value) {
    std::string got = text_of_json(value);
    if (std::size_t end = 80; got.size() > end) {
        while ((static_cast<unsigned char>(got[end]) & 0xC0) == 0x80) {  // within a character
            --end;
        }
        got.erase(end);
    }
    throw InvalidInput("marks: " + where + " must be " + rule + "; got " + got);
}

const Json& field(const Json& json, const std::string& name) {
    static const Json nothing;
    const auto at = json.find(name);
    return at == json.end() ? nothing : *at;
}

double number(const Json& json, const std::string& name, const std::string& where) {
    const Json& value = field(json, name);
    if (!value.is_number() || !std::isfinite(value.get<double>())) {
        fail(where + name, "a finite number", value);
    }
    return value.get<double>();
}

std::string words(const Json& json, const std::string& name, const std::string& where) {
    const Json& value = field(json, name);
    if (!value.is_string()) {
        fail(where + name, "a text", value);
    }
    return value.get<std::string>();
}

const Json& list(const Json& json, const std::string& name) {
    const Json& value = field(json, name);
    if (!value.is_array()) {
        fail(name, "a list", value);
    }
    return value;
}

std::vector<std::string> channels(const Json& json, const std::string& where) {
    std::vector<std::string> names;
    if (!json.is_array()) {
        fail(where, "a list of channels' names", json);
    }
    for (const Json& value : json) {
        if (!value.is_string()) {
            fail(where, "a list of channels' names", value);
        }
        names.push_back(value.get<std::string>());
    }
    return names;
}

std::vector<index> numbers(const Json& json, const std::string& name) {
    std::vector<index> values;
    for (const Json& value : list(json, name)) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 1'000'000'000) {
            fail(name, "a list of whole numbers >= 0", value);
        }
        values.push_back(value.get<index>());
    }
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

}  // namespace

std::string json_of(const Marks& marks) {
    Json json{{"format", format}, {"of", name(marks.of)}};
    if (marks.of == Marks::Of::ica) {
        json["exclude"] = marks.excluded;
        return text_of_json(json);
    }
    json["bads"] = marks.bads;
    if (marks.of == Marks::Of::epochs) {
        json["dropped"] = marks.dropped;
        return text_of_json(json);
    }
    json["first_time"] = 0;
    json["annotations"] = Json::array();
    for (const meeg::MarkedStretch& s : marks.stretches) {
        json["annotations"].push_back({{"onset", s.onset}, {"duration", s.duration}, {"description", s.description}});
        if (!s.channels.empty()) {
            json["annotations"].back()["ch_names"] = s.channels;
        }
    }
    return text_of_json(json);
}

Marks marks_of_json(std::string_view text) {
    const Json json = parsed_json(text);
    if (!json.is_object()) {
        fail("the whole", "an object", json);
    }
    if (const Json& said = field(json, "format"); said != format) {
        fail("format", std::string("\"") + format + "\"", said);
    }
    static constexpr std::array kinds{Marks::Of::recording, Marks::Of::epochs, Marks::Of::ica};
    const std::string of = words(json, "of", "");
    const auto kind = std::ranges::find(kinds, of, [](Marks::Of k) { return std::string(name(k)); });
    if (kind == kinds.end()) {
        fail("of", "\"recording\", \"epochs\" or \"ica\"", of);
    }
    Marks marks;
    marks.of = *kind;
    if (marks.of == Marks::Of::ica) {
        marks.excluded = numbers(json, "exclude");
        return marks;
    }
    marks.bads = channels(list(json, "bads"), "bads");
    if (marks.of == Marks::Of::epochs) {
        marks.dropped = numbers(json, "dropped");
        return marks;
    }
    const double first_time = number(json, "first_time", "");
    const Json& annotations = list(json, "annotations");
    for (std::size_t k = 0; k < annotations.size(); ++k) {
        const std::string where = "annotations[" + text_of(k) + "].";
        if (!annotations[k].is_object()) {
            fail("annotations[" + text_of(k) + "]", "an object", annotations[k]);
        }
        meeg::MarkedStretch s{first_time + number(annotations[k], "onset", where),
                              number(annotations[k], "duration", where), words(annotations[k], "description", where)};
        if (s.duration < 0) {
            fail(where + "duration", "a number >= 0", s.duration);
        }
        if (lower_case(s.description.substr(0, 3)) != "bad") {
            fail(where + "description", "a text that begins with BAD", s.description);
        }
        if (const Json& about = field(annotations[k], "ch_names"); !about.is_null()) {
            s.channels = channels(about, where + "ch_names");
        }
        marks.stretches.push_back(std::move(s));
    }
    return marks;
}

Marks read_marks(const std::filesystem::path& path) {
    const std::string text = file_text(path);
    try {
        return marks_of_json(text);
    } catch (const InvalidInput& error) {
        throw FileError(path, FileError::no_offset, error.what());
    }
}

void write_marks(const Marks& marks, const std::filesystem::path& path, bool overwrite) {
    OutputFile file(path, overwrite);
    file.write(json_of(marks) + "\n");
    file.commit();
}

}  // namespace ranvier::formats
