// The program: reads the command line, runs what it asks for, says why when it cannot.

#include <cstdio>

#include "load/app/serve_session.h"
#include "load/app/session.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  auto options = sluice::load::parse_options(arguments);
  if (!options) {
    std::fprintf(stderr, "sluice-load: %s\n", options.error().detail().c_str());
    return 2;
  }
  if (options->help) {
    std::fputs(sluice::load::help_text().c_str(), stdout);
    return 0;
  }
  if (options->print_scrape_config) {
    std::fputs(sluice::load::scrape_config(*options).c_str(), stdout);
    return 0;
  }
  const auto status = !options->serve.empty() ? sluice::load::run_serve(std::move(*options))
                      : options->audit_only   ? sluice::load::run_audit_only(*options)
                                              : sluice::load::run_session(std::move(*options));
  if (!status) std::fprintf(stderr, "sluice-load: %s\n", status.error().detail().c_str());
  return status.value_or(2);
}
