// What rack peers save: nodes on loopback take an image from a boot service behind a slow link, with
// peers and without. Desk, reports, shares and the writing are the real ones; the boot service's
// transport and the disks are not. Prints a line for each way.
//
//     rack_peers [NODES [MEGABYTES_A_SECOND [MEBIBYTES [GONE]]]]
//
// GONE nodes, the first ones, die when half of the image is on their disks.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "provisioner/base/chunk/manifest.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"
#include "provisioner/machine/reimage/job_desk.h"
#include "provisioner/node/deploy/report.h"
#include "provisioner/node/disks/write_image.h"
#include "provisioner/node/fetch/rack_share.h"
#include "tests/bench/slow_boot_service.h"

namespace provisioner::bench {
namespace {

using reimage::JobDesk;
using value::Dict;
using value::List;
using Clock = std::chrono::steady_clock;

constexpr std::size_t chunk_bytes = 256 << 10;
constexpr const char* host_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN6w8lV/STEDPTsjMBH9RjJv1J/Kglge4nOK0GaQ07uC root@n01";

struct PowerOff {};  // a node dies

struct Image {
  std::string bytes, digest;
  chunk::Manifest manifest;
  std::map<std::string, std::string> files;
  std::uint64_t file_bytes = 0;
};

// Half of it cannot be packed, a quarter can, a quarter is zeros, as in systems with room to grow.
Image make_image(std::size_t size) {
  Image image;
  image.bytes.assign(size, '\0');
  std::mt19937_64 random(1);
  for (std::size_t at = 0; at + chunk_bytes <= size / 4 * 3; at += chunk_bytes) {
    const std::size_t step = at / chunk_bytes % 3 == 2 ? 16 : 1;
    for (std::size_t i = 0; i < chunk_bytes; i += step)
      image.bytes[at + i] = static_cast<char>(random());
  }
  image.manifest.name = "bench";
  image.manifest.version = "1";
  image.manifest.size = size;
  for (std::size_t offset = 0; offset < size; offset += chunk_bytes) {
    const std::string raw = image.bytes.substr(offset, chunk_bytes);
    chunk::Chunk chunk{.offset = offset, .length = raw.size(), .is_zero = chunk::is_zero(raw),
                       .raw = {}, .file = {}, .file_size = 0};
    if (!chunk.is_zero) {
      const std::string file = chunk::pack(raw);
      chunk.raw = crypto::sha256(raw);
      chunk.file = crypto::sha256(file);
      chunk.file_size = file.size();
      image.file_bytes += file.size();
      image.files[chunk.file] = file;
    }
    image.manifest.chunks.push_back(chunk);
  }
  image.digest = crypto::sha256(chunk::to_json(image.manifest));
  return image;
}

// Knows what it should hold, and remembers only which of it was written.
class KnowingDisk : public disks::Disk {
 public:
  explicit KnowingDisk(const Image& image) : image_(image), written_(image.bytes.size() / 512) {}

  std::uint64_t size() const override { return image_.bytes.size() + disks::tail_size; }
  std::uint64_t sector_size() const override { return 512; }
  std::string_view read(std::uint64_t offset, std::uint64_t length) override {
    seen_.assign(length, 'o');  // of whatever was there before
    for (std::uint64_t at = 0; at < length && offset + at < image_.bytes.size(); at += 512)
      if (written_[(offset + at) / 512]) seen_.replace(at, 512, image_.bytes, offset + at, 512);
    return seen_;
  }
  void write(std::uint64_t offset, std::string_view bytes) override {
    for (std::uint64_t at = 0; at < bytes.size() && offset + at < image_.bytes.size(); at += 512)
      written_[(offset + at) / 512] =
          image_.bytes.compare(offset + at, 512, bytes.substr(at, 512)) == 0;
  }
  void write_zeros(std::uint64_t offset, std::uint64_t length) override {
    write(offset, std::string(length, '\0'));
  }
  void sync() override {}
  bool is_whole() const {  // but for the head, which says that it is unfinished
    return std::ranges::all_of(written_.begin() + disks::head_size / 512, written_.end(),
                               [](bool is_right) { return is_right; });
  }

 private:
  const Image& image_;
  std::vector<bool> written_;
  std::string seen_;
};

std::string address_of(int number) { return "127.0.1." + std::to_string(number); }

// A desk with a job for each node, and the tokens of their RAM disks.
class Controller {
 public:
  Controller(const Image& image, int nodes, JobDesk::Racks racks)
      : image_(image),
        desk_(directory_.path(), "http://127.0.0.1:1",
              [](const std::string&) { return std::nullopt; }, racks) {
    for (int number = 1; number <= nodes; ++number) begin(number);
    for (const image::ArmedNode& armed : desk_.armed()) {
      const std::string script = desk_.boot_script(armed.script_path.substr(6), armed.address).body;
      const std::string mark = "provisioner.token=";
      tokens_[armed.address] = script.substr(script.find(mark) + mark.size(), 32);
    }
  }

  std::string answer(const std::string& method, const std::string& path, const std::string& token,
                     const std::string& body) {
    if (method == "POST") return desk_.report(path.substr(8), token, body, "127.0.0.1").body;
    return image_.files.at(path.substr(7));
  }
  base::Secret token_of(int number) const { return base::Secret(tokens_.at(address_of(number))); }

 private:
  void begin(int number) {
    const std::string node = "n" + std::to_string(number);
    reimage::BootOrder order;
    order.errand = reimage::Errand::write;
    order.macs = {"00:00:5e:00:53:01"};
    order.address = address_of(number) + "/8";
    order.rack = "A1";
    order.kernel = order.ram_disk = std::string(64, 'a');
    order.deploy = Dict{{"manifest", image_.digest}};
    records_.put_state({node, "armed", "", "bench", {}});
    jobs_.begin(node, "1", to_value(order));
  }

  const Image& image_;
  os::TemporaryDirectory directory_;
  store::NodeRecords records_ = store::NodeRecords::open(directory_.path());
  store::BootJobs jobs_ = store::BootJobs::open(directory_.path());
  JobDesk desk_;
  std::map<std::string, std::string> tokens_;
};

// A node from `booted` to the end of its serving; how long until all was on its disk, less than 0
// where it is not right.
double live(int number, bool dies, const Image& image, const std::string& server,
            base::Secret token) {
  const Clock::time_point begun = Clock::now();
  fetch::RackShare share({.address = address_of(number),
                           .most_bytes = 1 << 30,
                           .say = [number](const std::string& line) {
                             std::fprintf(stderr, "n%d: %s\n", number, line.c_str());
                           }});
  fetch::HttpClient client(server), files(server);
  deploy::Reporter reporter(client, std::move(token), &share);
  deploy::Progress progress(reporter, os::system_clock(), [](const std::string&) {});
  reporter.report("booted", {{"facts", Dict{{"disks", List{}}}}});
  KnowingDisk disk(image);
  disks::ImageSource source;
  source.file = [&](const std::string& digest, std::uint64_t size) {
    return share.file(digest, size, [&] { return files.get("/files/" + digest, size).body; });
  };
  source.took = [&](const std::string& digest, std::string file) {
    share.took(digest, std::move(file));
  };
  source.told = [&](std::uint64_t done) {
    if (dies && done > image.bytes.size() / 2) throw PowerOff();
    if (done < image.bytes.size()) progress.tell("write", done, image.bytes.size());
  };
  source.first = share.begin(image.manifest);
  progress.tell("write", 0, image.bytes.size());
  disks::write_image(image.manifest, image.digest, disk, source);
  progress.tell("write", image.bytes.size(), image.bytes.size());
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  const deploy::Answer last = reporter.report("installed", {{"host_keys", List{host_key}}});
  if (last.action == deploy::Action::serve)
    share.serve(std::chrono::seconds(value::integer_or(last.body, "seconds", 0)));
  return disk.is_whole() ? seconds : -1;
}

bool measure(const Image& image, int nodes, double bytes_a_second, int gone,
             JobDesk::Racks racks) {
  Controller controller(image, nodes, racks);
  SlowBootService service(
      [&](const auto&... words) { return controller.answer(words...); }, bytes_a_second);
  std::vector<double> seconds(static_cast<std::size_t>(nodes), 0);
  std::vector<std::thread> threads;
  for (int number = 1; number <= nodes; ++number)
    threads.emplace_back([&, number] {
      const bool dies = number <= gone;
      try {
        seconds[static_cast<std::size_t>(number - 1)] =
            live(number, dies, image, service.url(), controller.token_of(number));
      } catch (const PowerOff&) {
      } catch (const std::exception& error) {
        std::fprintf(stderr, "n%d: %s\n", number, error.what());
        seconds[static_cast<std::size_t>(number - 1)] = -1;
      }
    });
  for (std::thread& thread : threads) thread.join();
  const bool is_well = std::ranges::none_of(seconds, [](double one) { return one < 0; });
  std::printf("peers %-3s: %d nodes (%d of them die), image of %.1f MB in files, link of %.1f MB/s: "
              "last disk written after %.1f s; the boot service gave %.1f MB, %.2f images; %s\n",
              racks == JobDesk::Racks::sharing ? "on" : "off", nodes, gone,
              static_cast<double>(image.file_bytes) / 1e6, bytes_a_second / 1e6,
              *std::ranges::max_element(seconds), static_cast<double>(service.bytes_sent()) / 1e6,
              static_cast<double>(service.bytes_sent()) / static_cast<double>(image.file_bytes),
              is_well ? "all disks right" : "NOT ALL DISKS ARE RIGHT");
  std::fflush(stdout);
  return is_well;
}

}  // namespace
}  // namespace provisioner::bench

int main(int count, char** words) {
  using namespace provisioner;
  const auto number = [&](int at, double usual) {
    return count > at ? std::strtod(words[at], nullptr) : usual;
  };
  const int nodes = static_cast<int>(number(1, 20)), gone = static_cast<int>(number(4, 0));
  const double bytes_a_second = number(2, 5) * 1e6;
  const bench::Image image = bench::make_image(static_cast<std::size_t>(number(3, 32)) << 20);
  bool is_well = true;
  for (const auto racks : {reimage::JobDesk::Racks::sharing, reimage::JobDesk::Racks::apart})
    is_well = bench::measure(image, nodes, bytes_a_second, gone, racks) && is_well;
  return is_well ? 0 : 1;
}
