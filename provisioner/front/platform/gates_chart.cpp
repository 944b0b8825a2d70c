// G-12, C-14: Gen3's chart, rendered as its deployer will.

#include "provisioner/front/platform/gates_chart.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/platform/gates_artifacts.h"
#include "provisioner/front/platform/gates_gen3.h"
#include "provisioner/front/platform/handoff_instance.h"
#include "provisioner/platform/gates/capacity.h"
#include "provisioner/platform/gates/chart.h"
#include "provisioner/platform/handoff/bundle.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using gates::Line;

constexpr std::chrono::minutes longest_rendering{2};

// What a chart is rendered of.
struct Chart {
  std::string called, name_space, release = "gen3";
  std::string archive;  // where it lies in the store
  value::Value ignored = {};
  handoff::Files files = {};
};

// The Application that the bundle has for Argo CD.
value::Value application_of(const handoff::Files& files) {
  for (const auto& [path, text] : files)
    if (path.starts_with("gen3/gitops/") && path.ends_with("/app.yaml"))
      for (value::Value& document : value::read_yaml_text(text, path)) return document;
  return {};
}

Chart chart_of(const HereContext& at) {
  const std::string& name = at.site.cluster.wish.instance;
  base::Diagnostics diagnostics;
  Chart chart;
  chart.files = handoff::bundle_files(handed_over(at.words, name, true), diagnostics);
  if (diagnostics.has_errors() || !chart.files.contains("gen3/values.yaml"))
    throw Error(Kind::input, "the bundle of '" + name + "' has no values for Gen3's chart")
        .set_hint("provisioner handoff gen3 " + name + " --draft");
  const handoff::Gen3 gen3 = gen3_of(at.site).value_or(handoff::Gen3{});
  chart.called = "gen3 " + gen3.chart;
  chart.archive = artifact_path(at, "gen3", artifacts::Kind::chart, gen3.chart);
  chart.name_space = gen3.name_space;
  const value::Value application = application_of(chart.files);
  if (const value::Value* spec = application.find("spec")) {
    if (const value::Value* ignored = spec->find("ignoreDifferences")) chart.ignored = *ignored;
    if (const value::Value* metadata = application.find("metadata"))
      chart.release = value::text_or(*metadata, "name", chart.release);
  }
  return chart;
}

class Kitchen {
 public:
  Kitchen(const HereContext& at, Chart chart)
      : chart_(std::move(chart)), version_(at.site.cluster.wish.version.text()) {
    put_program(at, "helm", place_.path());
    os::write_file(values(), chart_.files.at("gen3/values.yaml"), 0600);
  }

  std::string render() const {
    const os::CommandResult done = os::run(
        {.argv = {place_.path() + "/helm", "template", chart_.release, chart_.archive,
                  "--namespace", chart_.name_space, "--kube-version", "v" + version_, "--values",
                  values()},
         .environment = {{"HOME", place_.path()}, {"HELM_CACHE_HOME", place_.path() + "/cache"}},
         .deadline = longest_rendering});
    if (done.status != 0) throw Error(Kind::failed, objections_in(done));
    return done.out;
  }

  const Chart& chart() const { return chart_; }

 private:
  std::string values() const { return place_.path() + "/values.yaml"; }

  os::TemporaryDirectory place_;
  Chart chart_;
  std::string version_;
};

}  // namespace

std::vector<Line> try_chart(const HereContext& context) {
  try {
    const Kitchen kitchen(context, chart_of(context));
    gates::ChartRenderings renderings{.chart = kitchen.chart().called,
                                      .failure = {},
                                      .first = {},
                                      .second = {},
                                      .ignored = kitchen.chart().ignored};
    try {
      renderings.first = kitchen.render();
      renderings.second = kitchen.render();
    } catch (const Error& error) {
      if (cli::ends_all(error)) throw;
      renderings.failure = error.message();
    }
    const bool is_rendered = renderings.failure.empty();
    give_script(context, is_rendered ? "chart.yml" : "no-chart", renderings.first);
    return gates::lines_of(renderings);
  } catch (const Error&) {
    give_script(context, "no-chart", "");
    throw;
  }
}

std::vector<Line> render_for_capacity(const HereContext& context) {
  switch (context.site.cluster.profile.platform) {
    case profile::Platform::gen3:
      break;
    case profile::Platform::phalanx:
      return {gates::chart_not_rendered(
          "Phalanx has one for each application, in its fork, and fetches what those need")};
    default:
      return {gates::chart_not_rendered("the instance names none")};
  }
  try {
    const Kitchen kitchen(context, chart_of(context));
    return {gates::chart_rendered(kitchen.chart().called, kitchen.render())};
  } catch (const Error& error) {
    if (cli::ends_all(error)) throw;
    return {gates::chart_not_rendered(error.message())};
  }
}

}  // namespace provisioner::platform
