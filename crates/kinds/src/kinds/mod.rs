//! The kinds, a file each. A new kind is a file here and a line in [`KINDS`].

mod alarm;
pub(crate) mod balancer;
mod batch_job;
pub(crate) mod batch_pool;
mod batch_queue;
mod bucket;
mod certificate;
pub(crate) mod cluster;
mod dashboard;
mod domain;
mod event_bus;
pub(crate) mod file_system;
pub(crate) mod function;
mod http_api;
pub(crate) mod image;
mod key;
mod layer;
pub(crate) mod log_group;
pub(crate) mod network;
mod parameter;
mod policy;
mod queue;
pub(crate) mod registry;
mod rest_api;
mod role;
mod schedule;
mod secret;
mod security_group;
mod server;
pub(crate) mod service;
mod table;
mod task;
mod topic;
mod websocket_api;

use crate::registry::Kind;

/// All kinds, sorted by name.
pub(crate) const KINDS: &[(&str, &dyn Kind)] = &[
    ("alarm", &alarm::Alarm),
    ("balancer", &balancer::Balancer),
    ("batch_job", &batch_job::BatchJob),
    ("batch_pool", &batch_pool::BatchPool),
    ("batch_queue", &batch_queue::BatchQueue),
    ("bucket", &bucket::Bucket),
    ("certificate", &certificate::Certificate),
    ("cluster", &cluster::Cluster),
    ("dashboard", &dashboard::Dashboard),
    ("domain", &domain::Domain),
    ("event_bus", &event_bus::EventBus),
    ("file_system", &file_system::FileSystem),
    ("function", &function::Function),
    ("http_api", &http_api::HttpApi),
    ("image", &image::ContainerImage),
    ("key", &key::Key),
    ("layer", &layer::Layer),
    ("log_group", &log_group::LogGroup),
    ("network", &network::Network),
    ("parameter", &parameter::Parameter),
    ("policy", &policy::Policy),
    ("queue", &queue::Queue),
    ("registry", &registry::Registry),
    ("rest_api", &rest_api::RestApi),
    ("role", &role::Role),
    ("schedule", &schedule::Schedule),
    ("secret", &secret::Secret),
    ("security_group", &security_group::SecurityGroup),
    ("server", &server::Server),
    ("server_address", &server::address::ServerAddress),
    ("server_alarm", &server::alarm::ServerAlarm),
    ("server_balancer", &server::balancer::ServerBalancer),
    ("server_bucket", &server::bucket::ServerBucket),
    ("server_cdn", &server::cdn::ServerCdn),
    (
        "server_certificate",
        &server::certificate::ServerCertificate,
    ),
    ("server_contact", &server::contact::ServerContact),
    ("server_container", &server::container::ServerContainer),
    ("server_database", &server::database::ServerDatabase),
    ("server_disk", &server::disk::ServerDisk),
    ("server_dns", &server::dns::ServerDns),
    ("service", &service::Service),
    ("table", &table::Table),
    ("task", &task::Task),
    ("topic", &topic::Topic),
    ("websocket_api", &websocket_api::WebsocketApi),
];
