//! What shells and manuals are told of the command.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Args as ClapArgs, Command, ValueHint};
use clap_complete::Shell;

/// `heapwise completions`.
#[derive(Debug, ClapArgs)]
#[command(after_help = COMPLETIONS_HELP)]
pub(crate) struct CompletionsArgs {
    /// The shell that is to know the commands and their options.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

const COMPLETIONS_HELP: &str = "\
Where they go:
  bash  heapwise completions bash > ~/.local/share/bash-completion/completions/heapwise
  zsh   heapwise completions zsh > DIR/_heapwise, a folder in $fpath
  fish  heapwise completions fish > ~/.config/fish/completions/heapwise.fish";

/// `heapwise man`.
#[derive(Debug, ClapArgs)]
#[command(after_help = MAN_HELP)]
pub(crate) struct ManArgs {
    /// The command whose page is printed [default: the page of heapwise].
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    pub(crate) command: Option<String>,
    /// Write all pages into a folder, which is made where there is none.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<String>,
}

const MAN_HELP: &str = "\
To read one: heapwise man diff | man -l -
To keep all: heapwise man --out ~/.local/share/man/man1";

/// The command as it is offered to those who complete it: without the options that a command refuses.
pub(crate) fn offered(command: &Command) -> Command {
    let visible = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let mut offered = Command::new(command.get_name().to_owned()).args(visible.map(option));
    if let Some(about) = command.get_about() {
        offered = offered.about(about.clone());
    }
    if let Some(version) = command.get_version() {
        offered = offered.version(version.to_owned());
    }
    offered
        .disable_help_subcommand(command.is_disable_help_subcommand_set())
        .subcommands(command.get_subcommands().map(self::offered))
}

/// An option without what ties it to others, some of which may not be offered.
fn option(arg: &Arg) -> Arg {
    let mut option = Arg::new(arg.get_id().clone())
        .action(arg.get_action().clone())
        .global(arg.is_global_set())
        .last(arg.is_last_set());
    if let Some(long) = arg.get_long() {
        option = option.long(long.to_owned());
    }
    if let Some(short) = arg.get_short() {
        option = option.short(short);
    }
    if let Some(help) = arg.get_help() {
        option = option.help(help.clone());
    }
    if !arg.get_action().takes_values() {
        return option;
    }
    let values = arg.get_possible_values();
    let names = arg.get_value_names().unwrap_or_default();
    option = option.value_names(names.iter().cloned());
    match values.is_empty() {
        true => option.value_hint(hint(arg)),
        false => option.value_parser(PossibleValuesParser::new(values)),
    }
}

/// What a value is: profiles and files have names to complete.
fn hint(arg: &Arg) -> ValueHint {
    let names = arg.get_value_names().unwrap_or_default();
    match names.first().map(|name| name.as_str()) {
        Some("DIR") => ValueHint::DirPath,
        Some("FILE" | "PROFILE" | "DUMP" | "SNAPSHOT" | "BEFORE" | "AFTER") => ValueHint::AnyPath,
        _ if arg.is_positional() => ValueHint::AnyPath,
        _ => ValueHint::Other,
    }
}
