#include "ranvier/report/page.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>
#include <functional>

#include "ranvier/base/file.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/version.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/report/base64.hpp"
#include "ranvier/report/bundle.hpp"
#include "ranvier/report/page_content.hpp"

namespace ranvier::report {

static_assert(std::endian::native == std::endian::little, "blocks of a page are little-endian");

Json Page::Content::block(std::span<const std::byte> bytes, const char* dtype, const std::vector<index>& shape) {
    std::string text = base64(bytes);
    auto& alike = known_[std::hash<std::string>{}(text)];
    const auto found = std::find_if(alike.begin(), alike.end(), [&](std::size_t k) { return blocks[k] == text; });
    const std::size_t number = found == alike.end() ? blocks.size() : *found;
    if (found == alike.end()) {
        alike.push_back(number);
        blocks.push_back(std::move(text));
    }
    return {{"block", number}, {"dtype", dtype}, {"shape", shape}};
}

Json Page::Content::floats(std::span<const double> values, const std::vector<index>& shape) {
    std::vector<float> single(values.begin(), values.end());
    return block(std::as_bytes(std::span(single)), "float32", shape);
}

namespace {

std::string now_iso8601() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

Json named_values(const NamedValues& items, const char* key) {
    Json list = Json::array();
    for (const auto& [name, value] : items) {
        list.push_back({{key, name}, {"value", value}});
    }
    return list;
}

Json channels_json(const meeg::Info& info) {
    std::vector<index> all(info.channels.size());
    for (std::size_t k = 0; k < all.size(); ++k) {
        all[k] = static_cast<index>(k);
    }
    const Array<double, 2> places = meeg::layout_positions(info, all);
    Json list = Json::array();
    for (index k = 0; k < info.n_channels(); ++k) {
        const meeg::Channel& channel = info.channels[static_cast<std::size_t>(k)];
        Json position = nullptr;
        if (std::isfinite(places(k, 0)) && std::isfinite(places(k, 1))) {
            position = {std::round(places(k, 0) * 1e4) / 1e4, std::round(places(k, 1) * 1e4) / 1e4};
        }
        list.push_back({{"name", channel.name},
                        {"type", std::string(meeg::name(channel.type()))},
                        {"unit", std::string(meeg::unit_symbol(channel))},
                        {"bad", meeg::is_bad(info, k)},
                        {"position", position}});
    }
    return list;
}

Json time_json(std::span<const double> times) {
    const double step = times.size() > 1 ? (times.back() - times.front()) / static_cast<double>(times.size() - 1) : 0;
    return {{"start", times.empty() ? 0 : times.front()}, {"step", step}, {"n", times.size()}};
}

bool same_channels(const meeg::Info& a, const meeg::Info& b) {
    return meeg::channel_names(a) == meeg::channel_names(b);
}

/// Keeps peaks: of every 2·`factor` samples the smallest and the largest, in their order.
std::vector<double> thinned(std::span<const double> x, index factor) {
    if (factor <= 1) {
        return {x.begin(), x.end()};
    }
    std::vector<double> out;
    const std::size_t piece = static_cast<std::size_t>(factor) * 2;
    for (std::size_t begin = 0; begin < x.size(); begin += piece) {
        const auto part = x.subspan(begin, std::min(piece, x.size() - begin));
        const auto [low, high] = std::minmax_element(part.begin(), part.end());
        out.push_back(low <= high ? *low : *high);
        out.push_back(low <= high ? *high : *low);
    }
    return out;
}

/// 16-bit integers and the factor that turns them back; what is not finite becomes −32768, "no value here".
double quantised(std::span<const double> x, std::span<std::int16_t> out) {
    double largest = 0;
    for (double v : x) {
        largest = std::isfinite(v) ? std::max(largest, std::abs(v)) : largest;
    }
    const double scale = largest > 0 ? largest / 32767 : 1;
    for (std::size_t k = 0; k < x.size(); ++k) {
        out[k] = std::isfinite(x[k]) ? static_cast<std::int16_t>(std::lround(x[k] / scale)) : std::int16_t{-32768};
    }
    return scale;
}

/// "V²/Hz", "(T/m)²/Hz", "1/Hz"
std::string density_unit(std::string_view unit) {
    if (unit.empty()) {
        return "1/Hz";
    }
    const bool compound = unit.find('/') != std::string_view::npos;
    return (compound ? "(" + std::string(unit) + ")" : std::string(unit)) + "²/Hz";
}

std::string html_escaped(const std::string& text) {
    std::string out;
    for (char c : text) {
        switch (c) {
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '&': out += "&amp;"; break;
            default: out += c;
        }
    }
    return out;
}

/// "<" must not appear in a script element: "</script>" in a channel's name would end it.
std::string script_safe(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    for (char c : json) {
        if (c == '<') {
            out += "\\u003c";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

Page::Page(std::string title) : content_(std::make_unique<Content>()) { content_->title = std::move(title); }
Page::~Page() = default;
Page::Page(Page&&) noexcept = default;
Page& Page::operator=(Page&&) noexcept = default;

void Page::add_summary(const std::string& title, const std::string& text, const NamedValues& items) {
    content_->sections.push_back(
        {{"kind", "summary"}, {"title", title}, {"text", text}, {"items", named_values(items, "label")}});
}

void Page::add_recording(const std::string& title, const meeg::Raw& raw, double max_sfreq) {
    require(max_sfreq > 0, "max_sfreq must be > 0 Hz");
    const index n = raw.n_samples(), rows = raw.info.n_channels();
    const auto factor = static_cast<index>(std::ceil(raw.info.sfreq / max_sfreq - 1e-9));
    const index kept = factor <= 1 ? n : (n + 2 * factor - 1) / (2 * factor) * 2;
    Array<std::int16_t, 2> packed({rows, kept});
    std::vector<double> scales(static_cast<std::size_t>(rows));
    parallel_for(rows, [&](index k) {
        const Array<double, 2> trace = meeg::samples(raw, {k}, 0, n);
        const std::vector<double> thin = thinned(trace.view().row(0), factor);
        scales[static_cast<std::size_t>(k)] = quantised(thin, packed.view().row(k));
    });
    Json data = content_->block(std::as_bytes(std::span(packed.data(), static_cast<std::size_t>(packed.size()))),
                                "int16", {rows, kept});
    data["scale"] = scales;

    Json annotations = Json::array();
    // Onsets on the page count from the first sample; with a measurement date they count from that date.
    const double origin =
        raw.annotations.orig_time ? static_cast<double>(raw.first_samp) / raw.info.sfreq : 0.0;  // [s]
    for (const meeg::Annotation& a : raw.annotations.items) {
        annotations.push_back({{"onset", a.onset - origin}, {"duration", a.duration}, {"description", a.description}});
    }
    const double shown_sfreq =
        n > 0 ? raw.info.sfreq * static_cast<double>(kept) / static_cast<double>(n) : raw.info.sfreq;
    content_->sections.push_back({{"kind", "recording"},
                                  {"title", title},
                                  {"sfreq", factor <= 1 ? raw.info.sfreq : shown_sfreq},
                                  {"first_time", static_cast<double>(raw.first_samp) / raw.info.sfreq},
                                  {"channels", channels_json(raw.info)},
                                  {"annotations", annotations},
                                  {"data", data}});
}

void Page::add_evoked(const std::string& title, const std::vector<std::pair<std::string, meeg::Evoked>>& conditions) {
    require(!conditions.empty(), "a section of averages needs at least one");
    const meeg::Evoked& first = conditions.front().second;
    Json list = Json::array();
    for (const auto& condition : conditions) {
        const std::string& name = condition.first;  // clang 14 takes no bindings into lambdas
        const auto& evoked = condition.second;
        require(same_channels(evoked.info, first.info) && evoked.data.extents() == first.data.extents() &&
                    evoked.first == first.first,
                [&] { return "averages on one page section must share channels and times; '" + name + "' differs"; });
        list.push_back({{"name", name},
                        {"nave", evoked.nave},
                        {"data", content_->floats({evoked.data.data(), static_cast<std::size_t>(evoked.data.size())},
                                                  {evoked.data.extent(0), evoked.data.extent(1)})}});
    }
    content_->sections.push_back({{"kind", "evoked"},
                                  {"title", title},
                                  {"channels", channels_json(first.info)},
                                  {"time", time_json(first.times())},
                                  {"conditions", list}});
}

void Page::add_tfr(const std::string& title, const std::vector<std::pair<std::string, meeg::AverageTfr>>& conditions,
                   const std::string& unit, const std::string& baseline, const std::optional<FirstView>& first_view) {
    require(!conditions.empty(), "a time-frequency section needs at least one condition");
    const meeg::AverageTfr& first = conditions.front().second;
    Json list = Json::array();
    for (const auto& condition : conditions) {
        const std::string& name = condition.first;  // clang 14 takes no bindings into lambdas
        const auto& tfr = condition.second;
        require(
            same_channels(tfr.info, first.info) && tfr.data.extents() == first.data.extents() &&
                tfr.freqs == first.freqs && tfr.times == first.times,
            [&] { return "time-frequency images on one page section must share their axes; '" + name + "' differs"; });
        list.push_back({{"name", name},
                        {"data", content_->floats({tfr.data.data(), static_cast<std::size_t>(tfr.data.size())},
                                                  {tfr.data.extent(0), tfr.data.extent(1), tfr.data.extent(2)})}});
    }
    content_->sections.push_back({{"kind", "tfr"},
                                  {"title", title},
                                  {"channels", channels_json(first.info)},
                                  {"freqs", first.freqs},
                                  {"time", time_json(first.times)},
                                  {"unit", unit},
                                  {"baseline", baseline},
                                  {"conditions", list}});
    if (first_view) {
        content_->sections.back()["first_view"] = {{"channel", first_view->channel},
                                                   {"freqs", {first_view->fmin, first_view->fmax}},
                                                   {"times", {first_view->tmin, first_view->tmax}}};
    }
}

void Page::add_spectrum(const std::string& title,
                        const std::vector<std::pair<std::string, meeg::Spectrum>>& conditions) {
    require(!conditions.empty(), "a section of spectra needs at least one");
    const meeg::Spectrum& first = conditions.front().second;
    Json list = Json::array();
    for (const auto& condition : conditions) {
        const std::string& name = condition.first;  // clang 14 takes no bindings into lambdas
        const auto& spectrum = condition.second;
        require(same_channels(spectrum.info, first.info) && spectrum.freqs == first.freqs, [&] {
            return "spectra on one page section must share channels and frequencies; '" + name + "' differs";
        });
        const index epochs = spectrum.data.extent(0), rows = spectrum.data.extent(1), n = spectrum.data.extent(2);
        Array<double, 2> mean({rows, n});
        for (index e = 0; e < epochs; ++e) {
            for (index k = 0; k < rows; ++k) {
                for (index f = 0; f < n; ++f) {
                    mean(k, f) += spectrum.data(e, k, f) / static_cast<double>(epochs);
                }
            }
        }
        list.push_back({{"name", name},
                        {"data", content_->floats({mean.data(), static_cast<std::size_t>(mean.size())}, {rows, n})}});
    }
    const std::string_view unit =
        first.info.channels.empty() ? std::string_view() : meeg::unit_symbol(first.info.channels.front());
    content_->sections.push_back({{"kind", "spectrum"},
                                  {"title", title},
                                  {"channels", channels_json(first.info)},
                                  {"freqs", first.freqs},
                                  {"unit", density_unit(unit)},
                                  {"conditions", list}});
}

void Page::add_run(const std::string& title, const RunRecord& run) {
    Json timings = Json::array(), inputs = Json::array();
    for (const auto& [step, seconds] : run.timings) {
        timings.push_back({{"step", step}, {"seconds", seconds}});
    }
    for (const RunRecord::Input& input : run.inputs) {
        inputs.push_back({{"path", input.path}, {"bytes", input.bytes}, {"sha256", input.sha256}});
    }
    content_->sections.push_back({{"kind", "run"},
                                  {"title", title},
                                  {"parameters", named_values(run.parameters, "name")},
                                  {"versions", named_values(run.versions, "name")},
                                  {"timings", timings},
                                  {"inputs", inputs}});
}

void Page::write(const std::filesystem::path& path, bool overwrite) const {
    const Json data = {{"format", "ranvier-report/1"},
                       {"title", content_->title},
                       {"created", now_iso8601()},
                       {"version", version()},
                       {"sections", content_->sections}};
    OutputFile file(path, overwrite);
    file.write(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        // The page asks the network for nothing, whatever is in its data.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data:\">\n<title>");
    file.write(html_escaped(content_->title));
    file.write("</title>\n<style>");
    file.write(viewer_style());
    file.write(
        "</style>\n</head>\n<body>\n<div id=\"ranvier-report\"></div>\n"
        "<noscript>This report needs JavaScript to draw its pictures.</noscript>\n"
        "<script id=\"ranvier-data\" type=\"application/json\">");
    file.write(script_safe(data.dump(-1, ' ', false, Json::error_handler_t::replace)));
    file.write("</script>\n");
    for (std::size_t k = 0; k < content_->blocks.size(); ++k) {
        file.write("<script class=\"ranvier-block\" id=\"ranvier-block-" + std::to_string(k) +
                   "\" type=\"application/octet-stream\">");
        file.write(content_->blocks[k]);
        file.write("</script>\n");
    }
    file.write("<script>");
    file.write(viewer_script());
    file.write("</script>\n</body>\n</html>\n");
    file.commit();
}

}  // namespace ranvier::report
