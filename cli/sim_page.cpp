#include "sim_page.hpp"

#include <set>

#include "ranvier/base/text.hpp"
#include "ranvier/language/model.hpp"
#include "ranvier/report/sections/activity.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::cli {

void write_sim_page(const SimPage& p, const std::filesystem::path& path, bool overwrite) {
    report::Page page(std::filesystem::path(p.name).stem().string());
    report::add_summary(page, "Summary", std::string(trimmed(p.plan.about)), p.facts);
    const report::Activity activity = report::activity_of(p.simulation);
    if (activity.end > 0 && !(activity.populations.empty() && activity.rates.empty() && activity.traces.empty())) {
        report::add_activity(page, "Activity", activity);
    }
    report::add_code(page, "The network", p.text, "toml");
    std::set<std::string> shown;
    const auto add_model = [&](const std::string& model) {
        if (!model.empty() && shown.insert(model).second) {
            report::add_code(page, "Model " + std::filesystem::path(model).stem().string(),
                             language::model_text(model).text, "ranvier");
        }
    };
    for (const auto& part : p.plan.neurons) {
        add_model(part.model);
    }
    for (const auto& part : p.plan.synapses) {
        add_model(part.model);
    }
    report::add_run(page, "How this page was made", p.run);
    page.write(path, overwrite);
}

}  // namespace ranvier::cli
