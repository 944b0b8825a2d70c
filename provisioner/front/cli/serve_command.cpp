// provisioner serve boot.

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/machine/image/boot_service.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/reimage/job_desk.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

struct Words {
  std::string interface, images;
  int port = 8087;
  bool is_proxy = false, has_rack_peers = false;
};

int serve_boot(const Words& words) {
  if (words.port < 1 || words.port > 65535)
    throw Error(Kind::usage, "a port is 1 to 65535, not " + std::to_string(words.port));
  const std::string directory = boot_directory();
  image::BootPlace place = image::boot_place(words.interface, directory);
  place.port = static_cast<std::uint16_t>(words.port);
  place.is_proxy = words.is_proxy;
  const image::Store store = image::Store::open(words.images);
  reimage::JobDesk desk(
      state_directory(), image::server_url(place),
      [&store](const std::string& digest) { return store.public_file(digest); },
      words.has_rack_peers ? reimage::JobDesk::Racks::sharing : reimage::JobDesk::Racks::apart);
  const SignalWatch signals;
  ::signal(SIGPIPE, SIG_IGN);
  image::serve_boot(
      place, desk,
      [&] {
        std::cerr << "boot service at " << image::server_url(place) << " on "
                  << place.interface << ", for armed nodes only; end it with Ctrl-C" << std::endl;
      },
      SignalWatch::has_come);
  std::cerr << "the boot service has ended; armed nodes stay armed\n";
  return exit_fine;
}

}  // namespace

void add_serve(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* boot =
      add_command(command, action, words, "boot",
                  "DHCP, TFTP and HTTP for nodes that are armed, until Ctrl-C", serve_boot);
  boot->add_option("--interface", words->interface, "the port in the nodes' boot network")
      ->required();
  boot->add_option("--port", words->port, "of HTTP (8087)");
  add_image_folder(*boot, words->images);
  boot->add_flag("--proxy", words->is_proxy, "beside a site's own DHCP, which gives the addresses");
  boot->add_flag("--rack-peers", words->has_rack_peers,
                 "nodes of a rack give each other what they have of an image");
}

}  // namespace provisioner::cli
