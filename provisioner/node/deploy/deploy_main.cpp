// The program of the RAM disk that nodes are installed from.

#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "provisioner/base/value/json.h"
#include "provisioner/node/deploy/init.h"
#include "provisioner/node/deploy/machine_facts.h"
#include "provisioner/node/host/local_host.h"

namespace {

void say(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

// What this machine would tell the boot service.
int show_facts() {
  using namespace provisioner;
  const auto view = host::make_local_host();
  const value::Dict facts = deploy::machine_facts(*view, deploy::Listening::no, say);
  const std::string text = value::write_json(facts, {.indent = 2}) + "\n";
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}

}  // namespace

// "--probe" asks only whether it can run here.
int main(int count, char** arguments) {
  if (::getpid() == 1) provisioner::deploy::run_as_init();
  const std::string_view wanted = count == 2 ? arguments[1] : "";
  if (wanted == "--probe") return 0;
  if (wanted == "--facts") return show_facts();
  say("provisioner-deploy is the first process of a RAM disk; elsewhere: --facts, --probe");
  return 1;
}
