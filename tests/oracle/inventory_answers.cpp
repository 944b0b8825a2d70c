// Answers for inventory_compare.py: each line of standard input is {"inputs": [...],
// "playbook_directory": ..., "ask": "list|export|tree|tree_export|graph|graph_vars|select",
// "pattern": "..."}; each answer is one line of JSON.

#include <iostream>
#include <string>

#include "provisioner/base/crypto/vault.h"
#include "provisioner/base/value/json.h"
#include "provisioner/language/inventory/listing.h"

namespace {

using namespace provisioner;

value::Value answer(const inventory::Inventory& inventory, const std::string& ask,
                    const std::string& pattern) {
  using inventory::listing_json;
  if (ask == "list") return listing_json(inventory::listing(inventory));
  if (ask == "export") return listing_json(inventory::listing(inventory, {.is_export = true}));
  if (ask == "tree") return listing_json(inventory::tree_listing(inventory));
  if (ask == "tree_export")
    return listing_json(inventory::tree_listing(inventory, {.is_export = true}));
  if (ask == "yaml") return inventory::listing_yaml(inventory::tree_listing(inventory), false);
  if (ask == "exported") return inventory::listing_yaml(inventory::export_listing(inventory), true);
  if (ask == "graph") return inventory::graph_listing(inventory);
  if (ask == "graph_vars") return inventory::graph_listing(inventory, "all", true);
  base::Diagnostics diagnostics;
  value::List hosts;
  for (const std::string& host : inventory.select(pattern, diagnostics)) hosts.emplace_back(host);
  return hosts;
}

value::Value handle(const value::Value& question) {
  inventory::Sources sources;
  for (const value::Value& input : question.find("inputs")->list())
    sources.inputs.push_back(input.text());
  const std::string directory = value::text_or(question, "playbook_directory", "");
  if (!directory.empty()) sources.playbook_directory = directory;
  const std::vector<crypto::VaultSecret> secrets{
      {"default", base::Secret(value::text_or(question, "password", ""))}};
  const auto open_vault = [&](std::string_view text, base::Pos pos) {
    return crypto::open_vault(text, secrets, pos);
  };
  base::Diagnostics diagnostics;
  const auto inventory = inventory::Inventory::load(sources, open_vault, diagnostics);
  if (diagnostics.has_errors()) return value::Dict{{"error", diagnostics.render()}};
  value::List answers;
  for (const value::Value& ask : question.find("asks")->list()) {
    try {
      answers.push_back(answer(inventory, ask.list()[0].text(), ask.list()[1].text()));
    } catch (const base::Error& error) {
      answers.push_back(value::Dict{{"error", error.render()}});
    }
  }
  return value::Dict{{"answers", answers}};
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    try {
      std::cout << value::write_json(handle(value::read_json(line))) << std::endl;
    } catch (const base::Error& error) {
      std::cout << value::write_json(value::Dict{{"error", error.render()}}) << std::endl;
    }
  }
}
