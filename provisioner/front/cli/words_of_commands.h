#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "provisioner/front/cli/commands.h"

namespace provisioner::cli {

// A command below another ("hostkeys scan"), which shares the words that are read with its sisters.
template <class Words>
CLI::App* add_command(CLI::App& above, Action& action, const std::shared_ptr<Words>& words,
                      const char* name, const char* summary, int (*run)(const Words&)) {
  CLI::App* added = above.add_subcommand(name, summary);
  added->allow_extras();
  added->callback([words, run, &action] { action = [words, run] { return run(*words); }; });
  return added;
}

// An option that may be given again and again, one word each time; "[a,b]" stays what it is.
inline CLI::Option* add_many(CLI::App& command, const std::string& names,
                             std::vector<std::string>& into, const std::string& help) {
  return command.add_option(names, into, help)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

// --store, as artefacts have it, is taken as well.
inline void add_image_folder(CLI::App& command, std::string& into) {
  const char* help = "where images are kept (images in the state)";
  CLI::Option* images = command.add_option("--images", into, help);
  command.add_option("--store", into, help)->group("")->excludes(images);
}

}  // namespace provisioner::cli
