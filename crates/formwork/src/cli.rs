//! The command line: commands, flags, and what each means.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Declares AWS compute in stack files and makes it real.
#[derive(Debug, Parser)]
#[command(
    name = "formwork",
    version,
    max_term_width = 100,
    propagate_version = true
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are heeded
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,
    /// Say less
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a stack in a new folder from one of the examples
    Init(InitArgs),
    /// Find every mistake, in every environment, without touching anything
    Check(CheckArgs),
    /// Write stack files in their canonical form
    Fmt(FmtArgs),
    /// Show what apply would do, and why
    Plan(PlanArgs),
    /// Make the stack real: exactly what the plan says
    Apply(ApplyArgs),
    /// Delete everything the stack has made
    Destroy(DestroyArgs),
    /// Show what was changed outside: everything is read, nothing is written
    Drift(DriftArgs),
    /// Show the AWS resources that the declarations become
    Expand(ExpandArgs),
    /// Show a saved plan, or what the state knows of the stack
    Show(ShowArgs),
    /// Print the outputs of the last apply
    Output(OutputArgs),
    /// Look at the state
    State(StateArgs),
    /// Draw the dependency graph: for Mermaid or Graphviz, as a picture, or as a page
    Graph(GraphArgs),
    /// Say what the stack costs a month, as it is written
    Cost(CostArgs),
    /// Plan the stack as its `test` statements want it, and check what they expect
    Test(TestArgs),
    /// Evaluate an expression with the names of the stack
    Eval(EvalArgs),
    /// Give secrets their values, which are in no file, state, plan or log
    Secret(SecretArgs),
    /// Prepare the simulated account: put objects into it as somebody else would, list them, remove them
    Mock(MockArgs),
    /// Explain a diagnostic code
    Explain(ExplainArgs),
    /// Describe a kind: its fields, attributes, permissions, events
    Schema(SchemaArgs),
    /// Write the completions of a shell
    Completions(CompletionsArgs),
    /// Write the manual page
    Man,
}

/// Which stack, in which environment.
#[derive(Debug, Clone, Args)]
pub(crate) struct StackArgs {
    /// A stack file or a folder of stack files
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The environment; without it the only one, or the stack's `default_env`
    #[arg(long)]
    pub(crate) env: Option<String>,
    /// Give a param a value, as the language writes it: `--set memory=1GB`
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Give params values from a file of `name = value` lines
    #[arg(long, value_name = "FILE")]
    pub(crate) values: Option<PathBuf>,
}

/// Where the stack is made real.
#[derive(Debug, Clone, Args)]
pub(crate) struct ProviderArgs {
    /// The cloud
    #[arg(long, value_enum, env = "FORMWORK_PROVIDER", default_value_t = ProviderName::Aws)]
    pub(crate) provider: ProviderName,
    /// A profile of AWS's shared configuration, instead of AWS_PROFILE or the default one
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// An endpoint for all of AWS's services, such as that of a test server; as AWS_ENDPOINT_URL
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
}

/// The clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProviderName {
    Aws,
    Mock,
}

impl ProviderName {
    pub(crate) fn name(self) -> &'static str {
        match self {
            ProviderName::Aws => "aws",
            ProviderName::Mock => "mock",
        }
    }
}

/// How a plan is made.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlanningArgs {
    /// Only these addresses and what they need
    #[arg(long, alias = "target", value_name = "ADDR")]
    pub(crate) only: Vec<String>,
    /// All but these addresses
    #[arg(long, alias = "exclude", value_name = "ADDR")]
    pub(crate) except: Vec<String>,
    /// Replace these addresses although nothing asks for it
    #[arg(long, value_name = "ADDR")]
    pub(crate) replace: Vec<String>,
    /// What is read before planning: everything, what lists show, or nothing (trust the state)
    #[arg(long, value_enum, default_value_t = Refresh::Changed)]
    pub(crate) refresh: Refresh,
    /// How much of the plan is shown
    #[arg(long, value_enum, default_value_t = Detail::Changes)]
    pub(crate) detail: Detail,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// What is read before planning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Refresh {
    Full,
    Changed,
    None,
}

/// How much of a plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Detail {
    Summary,
    Changes,
    Full,
}

/// Forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// How an apply is carried out.
#[derive(Debug, Clone, Args)]
pub(crate) struct CarryingArgs {
    /// Do not ask; `--yes=safe` stops at deletions, replacements and broader access
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "all", value_name = "WHAT")]
    pub(crate) yes: Option<Yes>,
    /// Allow objects that hold data to be deleted or replaced: all, or those of an address
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "*", value_name = "ADDR")]
    pub(crate) allow_data_loss: Vec<String>,
    /// Refuse a plan that deletes more than this many resources
    #[arg(long, value_name = "N")]
    pub(crate) max_destroy: Option<usize>,
    /// How many operations run at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) parallel: Option<u16>,
    /// How long to wait for the state's lock, such as `30s` or `5min`
    #[arg(long, value_name = "TIME", default_value = "0s")]
    pub(crate) lock_timeout: String,
    /// Write events as JSON lines to a file beside the human view
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
}

/// What need not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Yes {
    All,
    Safe,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder to make
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The example to start from; without it they are listed
    #[arg(long)]
    pub(crate) blueprint: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    /// Apply the fixes of the diagnostics that have one
    #[arg(long)]
    pub(crate) fix: bool,
    /// How diagnostics are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Stack files or folders
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing; fail (1) if a file is not in its canonical form
    #[arg(long)]
    pub(crate) check: bool,
    /// Show the differences
    #[arg(long)]
    pub(crate) diff: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    /// Save the plan, to be applied once with `apply FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Draw the plan as a page of its own: the graph with its changes, search, a panel per resource
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Exit with 2 when there are changes
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Plan the deletion of everything
    #[arg(long)]
    pub(crate) destroy: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DriftArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Exit with 2 when something was changed outside
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    #[command(flatten)]
    pub(crate) carrying: CarryingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DestroyArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    #[command(flatten)]
    pub(crate) carrying: CarryingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExpandArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    /// Only these addresses
    #[arg(long, value_name = "ADDR")]
    pub(crate) only: Vec<String>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// A saved plan, a stack file or a folder
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
    /// Print this output alone, without quotes
    #[arg(long, value_name = "OUTPUT")]
    pub(crate) name: Option<String>,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct StateArgs {
    #[command(subcommand)]
    pub(crate) action: StateAction,
}

/// What to do with the state.
#[derive(Debug, Subcommand)]
pub(crate) enum StateAction {
    /// List the objects
    List(StateListArgs),
    /// Show one object
    Show(StateShowArgs),
    /// Say what the last applies did
    History(StateListArgs),
    /// Say who holds the lock; free it if its holder is gone
    Unlock(StateListArgs),
}

#[derive(Debug, Args)]
pub(crate) struct StateListArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct StateShowArgs {
    /// The address, such as `function.resize/role`
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) list: StateListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    /// The notation
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub(crate) format: GraphFormat,
    /// Draw every lowered resource instead of the declarations
    #[arg(long)]
    pub(crate) resources: bool,
}

/// Notations of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    Mermaid,
    Dot,
    /// A picture
    Svg,
    /// A page of its own, with search, zoom and a panel per resource
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct CostArgs {
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// A stack file or a folder of stack files
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Only the tests of this name, in which `*` stands for any characters
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// How the outcome is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// The expression, as the language writes it: `resize.memory * 2`
    pub(crate) expression: String,
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    /// How the value is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct SecretArgs {
    #[command(subcommand)]
    pub(crate) action: SecretAction,
}

/// What to do with secrets.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretAction {
    /// Give a secret a value: asked for, or read from standard input
    Set(SecretOneArgs),
    /// List the secrets, and whether they have a value
    List(StateListArgs),
    /// Take the value of a secret away
    Unset(SecretOneArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SecretOneArgs {
    /// The secret, as the stack file names it: `stripe_key`
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) stack: StackArgs,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MockArgs {
    #[command(subcommand)]
    pub(crate) action: MockAction,
}

/// What to do in the simulated account.
#[derive(Debug, Subcommand)]
pub(crate) enum MockAction {
    /// Put an object into the account that is not the stack's
    Put(MockPutArgs),
    /// List the objects of the account
    List(MockListArgs),
    /// Remove an object, whoever's it is
    Rm(MockRmArgs),
}

/// Whose simulated account: each stack and environment has its own.
#[derive(Debug, Clone, Args)]
pub(crate) struct OfStackArgs {
    /// The stack file or the folder of stack files
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) stack: PathBuf,
    /// The environment; without it the only one, or the stack's `default_env`
    #[arg(long)]
    pub(crate) env: Option<String>,
}

impl OfStackArgs {
    /// The same as every command has it.
    pub(crate) fn whole(&self) -> StackArgs {
        StackArgs {
            path: self.stack.clone(),
            env: self.env.clone(),
            set: Vec::new(),
            values: None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct MockPutArgs {
    /// The resource type: `AWS::S3::Bucket` or `AWS.S3.Bucket`
    #[arg(value_name = "TYPE")]
    pub(crate) type_name: String,
    /// Its name; of a type without names its tag `Name`
    pub(crate) name: String,
    /// Properties: a text, or JSON where the property is none; deeper ones by dots
    #[arg(value_name = "PROPERTY=VALUE")]
    pub(crate) properties: Vec<String>,
    /// Properties from a file with a JSON object
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Tags
    #[arg(long = "tag", value_name = "KEY=VALUE")]
    pub(crate) tags: Vec<String>,
    /// The region; without it the stack's
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// How many items of data it holds
    #[arg(long, value_name = "N")]
    pub(crate) items: Option<u64>,
    #[command(flatten)]
    pub(crate) of: OfStackArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MockListArgs {
    /// Only this resource type
    #[arg(value_name = "TYPE")]
    pub(crate) type_name: Option<String>,
    #[command(flatten)]
    pub(crate) of: OfStackArgs,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct MockRmArgs {
    /// The resource type
    #[arg(value_name = "TYPE")]
    pub(crate) type_name: String,
    /// Its name or its id
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) of: OfStackArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as `syntax::unclosed`; without it all are listed
    pub(crate) code: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// A kind (`function`) or a resource type (`AWS.S3.Bucket`); without it all kinds are listed
    pub(crate) name: Option<String>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}
