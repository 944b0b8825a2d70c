// Facts that a site keeps on its nodes: the files and programs of facts.d.
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/facts/ini.h"

namespace provisioner::modules::facts {
namespace {

// One file's fact, or why there is none: then the text is both the fact and a warning, as users
// know it.
struct Answer {
  value::Value fact;
  std::string warning;
};

Answer trouble(std::string text) { return {text, text}; }

Answer parsed(const std::string& text, const std::string& path) {
  try {
    return {value::read_json(text, path), ""};
  } catch (const base::Error&) {
    // no JSON: then it may be INI
  }
  if (const auto sections = read_ini(text)) return {value::Value(*sections).untrusted(), ""};
  return trouble("error loading facts as JSON or ini - please check content: " + path);
}

Answer executed(const host::HostView& view, const std::string& path, const Request& request) {
  try {
    const host::CommandResult answer = view.fact_script(path, request.timeout);
    if (answer.status == 0) return parsed(answer.out, path);
    return trouble("Failure executing fact script (" + path +
                   "), rc: " + std::to_string(answer.status) + ", err: " + answer.err);
  } catch (const base::Error& error) {
    return trouble("Could not execute fact script (" + path + "): " + error.message());
  }
}

Answer answer_of(const host::HostView& view, const std::string& path, const Request& request) {
  try {
    const auto status = view.status(path, host::Follow::yes);
    if (status && (status->mode & 0100u) != 0) return executed(view, path, request);
    const auto text = view.read_file(path);
    if (text) return parsed(*text, path);
    return trouble("Could not load fact file (" + path + "): it is not there");
  } catch (const base::Error& error) {
    return trouble("Could not load fact file (" + path + "): " + error.message());
  }
}

}  // namespace

Findings local(const host::HostView& view, const Request& request) {
  Findings found;
  value::Dict facts;
  for (const std::string& name : names_in(view, request.fact_path)) {
    if (name.starts_with('.') || !name.ends_with(".fact")) continue;
    const Answer answer = answer_of(view, request.fact_path + "/" + name, request);
    facts.set(name.substr(0, name.size() - 5), answer.fact);
    if (!answer.warning.empty()) found.warnings.push_back(answer.warning);
  }
  found.facts.set("local", facts);
  return found;
}

}  // namespace provisioner::modules::facts
