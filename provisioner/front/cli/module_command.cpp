// provisioner module list, module show.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/engine/action/catalog.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/table.h"

namespace provisioner::cli {
namespace {

std::string type_name(modules::Type type) {
  switch (type) {
    case modules::Type::text:
      return "text";
    case modules::Type::path:
      return "path";
    case modules::Type::boolean:
      return "yes/no";
    case modules::Type::integer:
      return "number";
    case modules::Type::real:
      return "number";
    case modules::Type::list:
      return "list";
    case modules::Type::list_of_text:
      return "list of texts";
    case modules::Type::dict:
      return "dict";
    case modules::Type::raw:
      return "any";
    case modules::Type::mode:
      return "mode";
    case modules::Type::bytes:
      return "size";
    case modules::Type::json_text:
      return "JSON";
  }
  return "";
}

std::string joined(const std::vector<std::string_view>& words) {
  return base::join(std::vector<std::string>(words.begin(), words.end()), ", ");
}

int list(bool is_json) {
  const action::ModuleCatalog catalog;
  std::set<std::string> native;  // many have a half on both sides, each with its name
  for (const std::string& name : catalog.names())
    if (catalog.find(name, {}).known == playbook::KnownModule::Class::native) native.insert(name);
  if (is_json) {
    print_json(value::Value(value::List(native.begin(), native.end())));
    return exit_fine;
  }
  for (const std::string& name : native) std::cout << name << "\n";
  std::cerr << native.size() << " modules\n";
  return exit_fine;
}

int show(const std::string& name) {
  const action::ModuleCatalog catalog;
  const playbook::KnownModule module = catalog.find(name, {});
  if (module.spec == nullptr) {
    const std::string why = module.known == playbook::KnownModule::Class::absent
                                ? "Ansible has a module '" + name + "', this program does not"
                                : "there is no module '" + name + "'";
    throw base::Error(base::Kind::usage, why).set_hint(base::suggestion(name, catalog.names()));
  }
  std::cout << module.canonical << ": " << module.spec->summary << "\n\n";
  Table table({"OPTION", "TYPE", "DEFAULT", "CHOICES", "ALSO"});
  for (const modules::Parameter& parameter : module.spec->parameters)
    table.add({std::string(parameter.name) + (parameter.required ? " (needed)" : ""),
               type_name(parameter.type), std::string(parameter.fallback),
               joined(parameter.choices), joined(parameter.aliases)});
  table.print(std::cout);
  return exit_fine;
}

}  // namespace

void add_module(CLI::App& command, Action& action) {
  const auto name = std::make_shared<std::string>();
  const auto is_json = std::make_shared<bool>(false);
  command.require_subcommand(0, 1);
  CLI::App* listing = command.add_subcommand("list", "the modules that are native here");
  listing->allow_extras();
  listing->add_flag("--json", *is_json, "as JSON");
  listing->callback([is_json, &action] { action = [is_json] { return list(*is_json); }; });
  CLI::App* shown = command.add_subcommand("show", "the options of one module");
  shown->add_option("module", *name, "its name")->required();
  shown->allow_extras();
  shown->callback([name, &action] { action = [name] { return show(*name); }; });
}

}  // namespace provisioner::cli
