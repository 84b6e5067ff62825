#include "ranvier/provenance/run_record.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "ranvier/base/digest.hpp"

namespace ranvier::provenance {

using Json = nlohmann::ordered_json;

Input file_input(const std::filesystem::path& path, const std::string& shown) {
    std::string digest = sha256_of_file(path);
    return {shown.empty() ? path.string() : shown, std::filesystem::file_size(path), std::move(digest)};
}

Input text_input(const std::string& place, std::string_view text) {
    return {place, text.size(), sha256(std::as_bytes(std::span(text)))};
}

std::string shell_command(const std::vector<std::string>& words) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("_-+=:,./@%").find(c) != std::string_view::npos;
    };
    std::string command;
    for (const std::string& word : words) {
        command += command.empty() ? "" : " ";
        if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) {
            command += word;
            continue;
        }
        command += '\'';
        for (char c : word) {
            command += c == '\'' ? std::string("'\\''") : std::string(1, c);
        }
        command += '\'';
    }
    return command;
}

Json json(const RunRecord& run) {
    const auto list = [](const auto& entries, auto&& fields) {
        Json all = Json::array();
        for (const auto& entry : entries) {
            all.push_back(fields(entry));
        }
        return all;
    };
    const auto named = [](const auto& entry) -> Json { return {{"name", entry.first}, {"value", entry.second}}; };
    return {{"command", run.command},
            {"parameters", list(run.parameters, named)},
            {"versions", list(run.versions, named)},
            {"timings", list(run.timings,
                             [](const auto& t) -> Json {
                                 return {{"step", t.first}, {"seconds", t.second}};
                             })},
            {"inputs", list(run.inputs, [](const Input& i) -> Json {
                 return {{"path", i.path}, {"bytes", i.bytes}, {"sha256", i.sha256}};
             })}};
}

}  // namespace ranvier::provenance
