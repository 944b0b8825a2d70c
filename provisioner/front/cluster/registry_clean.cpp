// provisioner registry clean: images that nobody needs, out of the site's registry.

#include "provisioner/front/cluster/registry_clean.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/mib_text.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cluster/registry_lock.h"
#include "provisioner/front/cluster/registry_room.h"
#include "provisioner/front/cluster/registry_spare.h"
#include "provisioner/front/cluster/typed_name.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using registry::SpareImage;
using value::Dict;
using value::List;
using value::Value;

constexpr std::size_t shown_digits = 12;  // of a digest, for people

std::string day_of(std::int64_t seconds) {
  return os::utc_day(std::chrono::system_clock::time_point(std::chrono::seconds(seconds)));
}

Value said_of(const SpareImage& image) {
  return Value(Dict{{"repository", image.repository},
                    {"digest", "sha256:" + image.sha256},
                    {"tags", List(image.tags.begin(), image.tags.end())},
                    {"came", day_of(image.came)},
                    {"why", image.why}});
}

template <class Take>
void each_image(const RegistrySpare& spare, Take take) {
  for (const auto* images : {&spare.incoming.images, &spare.own.images})
    for (const SpareImage& image : *images) take(image);
}

void tell(const RegistrySpare& spare, bool is_json) {
  if (is_json) {
    List items;
    each_image(spare, [&](const SpareImage& image) { items.push_back(said_of(image)); });
    return cli::print_json(
        Value(Dict{{"spare", std::move(items)},
                   {"bytes", static_cast<std::int64_t>(spare.bytes())},
                   {"remarks", List(spare.remarks.begin(), spare.remarks.end())}}));
  }
  cli::Table table({"IMAGE", "DIGEST", "CAME", "WHY"});
  each_image(spare, [&](const SpareImage& image) {
    const std::string more =
        image.tags.size() > 1 ? fmt::format(" and {} more", image.tags.size() - 1) : "";
    table.add({image.repository + (image.tags.empty() ? "" : ":" + image.tags.front()) + more,
               image.sha256.substr(0, shown_digits), day_of(image.came), image.why});
  });
  if (!spare.is_empty()) table.print(std::cout);
  for (const std::string& remark : spare.remarks) std::cout << "remark: " << remark << "\n";
  if (spare.is_empty())
    std::cout << "nothing in it is spare\n";
  else
    std::cout << base::counted(spare.count(), "image") << " may go, and with them "
              << cli::mib_text(spare.bytes()) << "\n";
}

// Of what was told, for whoever has agreed to it.
RegistrySpare still_spare(const RegistryWords& words, const RegistrySite& site,
                          const RegistrySpare& told) {
  RegistrySpare spare = look_again(words, site, told);
  for (const std::string& remark : spare.remarks)
    if (std::ranges::find(told.remarks, remark) == told.remarks.end())
      std::cout << "remark: " << remark << "\n";
  if (spare.count() < told.count())
    std::cout << base::counted(told.count() - spare.count(), "image")
              << " of these stay: they are needed by now, or gone\n";
  return spare;
}

std::string room_text(const RegistryWords& words, const RegistrySite& site) {
  const RegistryNode node = look_at_registry_node(words.run, site, site.nodes.front());
  if (!node.silence.empty()) throw Error(Kind::unreachable, node.silence);
  if (node.rooms.empty())
    throw Error(Kind::unreachable,
                "the registry's node '" + site.nodes.front() + "' does not tell what room it has");
  std::string text;
  for (const StorageRoom& room : node.rooms)
    text +=
        fmt::format("{}'{}' is at {} %", text.empty() ? "" : ", ", room.path, room.used_percent());
  return text;
}

void take_out(const RegistryWords& words, const RegistrySite& site, const ClusterWork& work,
              const RegistrySpare& spare) {
  const std::string before = room_text(words, site);
  run_stage(
      work, "registry_gc",
      {{"cluster_registry", List{Value(site.nodes.front())}},
       {"registry_gc_spare",
        List{Value(Dict{{"name", "push"}, {"list", registry::sweep_list(spare.own, site.storage)}}),
             Value(Dict{{"name", "incoming"},
                        {"list", registry::sweep_list(spare.incoming, site.incoming_storage)}})}}});
  std::cout << "before: " << before << "\nnow: " << room_text(words, site) << "\n";
}

}  // namespace

int clean_registry(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  if (!site.is_ours())
    throw Error(Kind::usage, "a registry of kind '" + site.kind + "' is cleaned by its own rules")
        .set_hint("whoever looks after it says what is kept there");
  const ClusterWork work = registry_work(words.run);
  std::optional<os::Descriptor> held(hold_registry(work));
  RegistrySpare spare = look_for_spare(words, site);
  tell(spare, words.is_json);
  if (words.is_check || words.is_json || spare.is_empty()) return cli::exit_fine;
  if (!words.is_sure) {
    // Whoever is asked may take hours, and others have work to do on the registry meanwhile.
    held.reset();
    require_typed_name(site.name, "these images go, and nobody pushes meanwhile");
    held = hold_registry(work);
    spare = still_spare(words, site, spare);
    if (spare.is_empty()) return cli::exit_fine;
  }
  take_out(words, site, work, spare);
  return cli::exit_fine;
}

}  // namespace provisioner::cluster
