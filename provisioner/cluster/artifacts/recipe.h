#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/artifact_store.h"

namespace provisioner::artifacts {

// Told what goes on, in words for a person.
using Progress = std::function<void(const std::string& text)>;

// A folder with a program `build` that makes files out of published sources. It is called in its
// own folder with the directory for its outputs, and RECIPE_NAME in its environment says where the
// outputs of each recipe named in its file `needs` lie.
struct Recipe {
  std::string name;    // of its folder: "kubernetes-1.34"
  std::string folder;  // absolute
  std::vector<std::string> needs;
  std::string key;  // SHA-256 over all its files and the keys of what it needs
};

// `recipes/NAME` in a folder above the program's, or in /usr/share/provisioner. Throws Error(input)
// where it, or one that it needs, is not there or needs itself.
Recipe find_recipe(const std::string& name);
Recipe find_recipe(const std::string& name, const std::vector<std::string>& folders);

// What it makes, by file name: from the store where it was built once, else by building it and what
// it needs. Takes minutes then. Throws Error(failed) with the last lines that the program said;
// Error(stopped) after a signal.
std::map<std::string, Kept> outputs_of(const Recipe& recipe, const Store& store,
                                       const Progress& progress);

// What was kept of one build; for `gc`.
struct Built {
  std::vector<std::string> outputs;  // digests
  std::vector<std::string> needs;    // keys
};
std::map<std::string, Built> builds_in(const Store& store);  // by key
void forget_build(const Store& store, const std::string& key);

}  // namespace provisioner::artifacts
