#pragma once

#include "commands.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/report/page/page.hpp"

namespace ranvier::cli {

/// What is known about what a file holds, for people and for programs.
struct Facts {
    provenance::NamedValues lines;  ///< label, value
    Json json;
};
Facts facts_of(const formats::Contents& contents);

std::string noun_of(const formats::Contents& contents);

/// What a file of one kind holds. @param option  that names it, for the message where it holds another
template <class T>
T held_by(const std::string& path, const std::string& option) {
    formats::Contents contents = formats::read(path);
    require(std::holds_alternative<T>(contents), [&] {
        return option + " must name a file of " + std::string(formats::noun<T>) + "; '" + path + "' holds " +
               noun_of(contents);
    });
    return std::get<T>(std::move(contents));
}

/// Gives the electrodes of what a file holds their places.
void place(formats::Contents& contents, const std::string& montage);

/// "1 channel", "2 channels".
std::string counted(index n, const std::string& one);

/// The epochs of an event's code.
std::vector<index> of_code(const meeg::Epochs& epochs, int id);

/// Puts what a file holds on a page: facts first, then what can be looked at.
struct PageSettings {
    double max_size = 30;                       // [MB] of traces on the page
    meeg::Events events;                        ///< shown over time, and among the traces of a recording
    std::vector<meeg::Projection> projections;  ///< shown as maps over the channels of what the file holds
};
void add_contents(report::Page& page, const formats::Contents& contents, const Facts& about,
                  const PageSettings& settings, provenance::NamedValues& parameters);

}  // namespace ranvier::cli
