#include "settings.hpp"

#include <algorithm>

namespace ranvier::cli {

namespace {

/// A default as one would type it, "" for none and empty lists.
std::string shown(const Value& value) {
    if (const auto* text = value.as<std::string>()) {
        return *text;
    }
    if (const auto* yes = value.as<bool>()) {
        return *yes ? "true" : "false";
    }
    if (const auto* list = value.as<Value::List>()) {
        std::string all;
        for (const Value& item : *list) {
            all += (all.empty() ? "" : ",") + shown(item);
        }
        return all;
    }
    return value.is_none() ? "" : text_of(value);
}

}  // namespace

void add_settings(CLI::App* command, const Fields& fields, void* options, const std::vector<std::string>& without) {
    for (const Field& field : fields.list) {
        if (std::count(without.begin(), without.end(), field.name) > 0) {
            continue;
        }
        std::string flag = "--" + field.name;
        std::replace(flag.begin(), flag.end(), '_', '-');
        std::string help = field.about;
        help[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(help[0])));
        help += field.unit.empty() ? "" : " [" + field.unit + "]";
        help += field.rule().empty() ? "" : "; " + field.rule();
        const std::string fallback = shown(field.fallback);
        help += fallback.empty() ? "" : " (default: " + fallback + ")";
        command
            ->add_option_function<std::string>(
                flag, [&field, options](const std::string& text) { field.set(options, field.parsed(text)); }, help)
            ->type_name(field.kind == FieldKind::map ? "KEY=VALUE,…" : field.type())
            ->multi_option_policy(field.kind == FieldKind::list || field.kind == FieldKind::map
                                      ? CLI::MultiOptionPolicy::Join
                                      : CLI::MultiOptionPolicy::Throw)
            ->delimiter(',');
    }
}

}  // namespace ranvier::cli
