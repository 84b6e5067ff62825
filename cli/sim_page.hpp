#pragma once

#include <filesystem>
#include <string>

#include "commands.hpp"
#include "ranvier/sim/plan/simulation.hpp"

namespace ranvier::cli {

/// What the page of a run is made of.
struct SimPage {
    const sim::Plan& plan;
    const sim::Simulation& simulation;
    std::string name, text;  ///< of the network's file
    provenance::NamedValues facts;
    provenance::RunRecord run;
};
/// What was recorded, the texts of network and models, and how it came about, on one page.
void write_sim_page(const SimPage& page, const std::filesystem::path& path, bool overwrite);

}  // namespace ranvier::cli
