//! Fields of other tools that have none here, and what to do instead; names are written as in `fields`.

/// Owner, what to do instead, and the names of it elsewhere: what has no field of its own here.
pub(super) const ADVICE: &[(&str, &str, &str)] = &[
    (
        "*",
        "fields stand in the declaration itself: `{ name = … }`, without `Properties`",
        "properties props",
    ),
    ("*", "the kind says it: there is no `Type` to write", "type"),
    (
        "*",
        "its name is derived; to choose one yourself write `name = \"…\"`",
        "functionname layername bucketname tablename queuename topicname rulename schedulename alarmname rolename policyname repositoryname loggroupname dashboardname parametername eventbusname apiname groupname instancename diskname staticipname certificatename databasename computeenvironmentname jobqueuename loadbalancername distributionname servicename clustername jobdefinitionname family relationaldatabasename",
    ),
    (
        "*",
        "its own field does that: `lifecycle` of Terraform is `protect`, `retain` and `ignore_changes` here",
        "createbeforedestroy",
    ),
    (
        "*",
        "write `for` or `when` in the header: `queue q for name in names { … }`",
        "count foreach condition",
    ),
    (
        "*",
        "nothing to write: it is always encrypted; `kms_key` takes a key of your own",
        "encrypted serversideencryption sseenabled sqsmanagedsseenabled encryption bucketencryption ssespecification serversideencryptionconfiguration",
    ),
    (
        "balancer",
        "nothing to write: it is an application load balancer",
        "loadbalancertype",
    ),
    (
        "cluster",
        "a service says what it runs on: `capacity = fargate_spot`",
        "capacityproviders defaultcapacityproviderstrategy",
    ),
    (
        "bucket",
        "nothing to write: a bucket is closed to the public, and what may read it says so itself: `access = [uploads.read]`",
        "acl accesscontrol publicaccessblock publicaccessblockconfiguration blockpublicacls policy bucketpolicy grant",
    ),
    (
        "bucket",
        "the function that it starts says so: `on = [uploads.created]`",
        "notification notifications notificationconfiguration lambdafunction",
    ),
    (
        "bucket",
        "a bucket serves no pages: put `server_cdn` or CloudFront before it",
        "website websiteconfiguration",
    ),
    (
        "function",
        "its role is derived; say what the code may do: `access = [uploads.read]`",
        "rolearn iamrole executionrole lambdarole managedpolicyarns",
    ),
    (
        "function",
        "the zip is made of the folder that `code` names, and its hash decides what is deployed",
        "sourcecodehash s3bucket s3objectversion packagetype",
    ),
    (
        "certificate",
        "nothing to write: it is proven by DNS; `zone` names the domain where",
        "validationmethod domainvalidationoptions",
    ),
    (
        "dashboard",
        "each widget says it: `graph(metrics = […], title = \"…\")`",
        "title",
    ),
    (
        "event_bus",
        "who listens says so: `on = [bus.matched(source = \"…\")]`",
        "rule rules eventpattern",
    ),
    (
        "key",
        "its policy is derived: the account administers it, `users` and `services` may use it besides",
        "policy keypolicy",
    ),
    (
        "layer",
        "share it with accounts: `share_with = [\"123456789012\"]`",
        "layerversionpermission principal",
    ),
    (
        "parameter",
        "it follows from the value: a string, or a list of strings; secrets go into a `secret`",
        "type keyid",
    ),
    (
        "parameter",
        "nothing to write: a value that changed in the file is written",
        "overwrite",
    ),
    (
        "policy",
        "statements of IAM are objects here: `statements = [{ actions = […], resources = […] }]`",
        "version",
    ),
    (
        "secret",
        "its value is in no file: `formwork secret set NAME` takes it from a prompt or from standard input",
        "value secretstring secretbinary string",
    ),
    (
        "secret",
        "nothing to write: Secrets Manager keeps a deleted secret for 30 days",
        "recoverywindowindays recoverywindow deletionpolicy",
    ),
    (
        "queue",
        "who may send says so: `access = [jobs.send]` of a function, `on` for events",
        "policy queuepolicy",
    ),
    (
        "schedule",
        "nothing to write: its role is derived from the target",
        "rolearn role",
    ),
    (
        "server",
        "a `server` is one machine and does not scale; several behind a `server_balancer`, or a `service`, do",
        "autoscaling count minsize maxsize desiredcapacity",
    ),
    (
        "server_address",
        "the server says so: `address = front` in the `server`",
        "server instance instancename attachedto attachto",
    ),
    (
        "server_address",
        "AWS chooses it; `front.ip` is it",
        "ipaddress ip publicip",
    ),
    (
        "server_address",
        "nothing to write: a static address belongs to the region, not to a zone or network",
        "zone vpc domain availabilityzone",
    ),
    (
        "server_certificate",
        "nothing to write: it is proven by DNS records, which `formwork output` can show",
        "validationmethod",
    ),
    (
        "server_cdn",
        "a page of the origin: let its server answer `/` with `index.html`",
        "defaultrootobject",
    ),
    (
        "server_cdn",
        "nothing to write: visitors are always sent to HTTPS; `protocol` is that between it and the origin",
        "viewerprotocolpolicy",
    ),
    (
        "server_cdn",
        "names come with the certificate: `certificate = names` of a `server_certificate`",
        "aliases cname alternatedomainnames",
    ),
    (
        "server_contact",
        "say it by the field: `email = \"…\"` or `sms = \"…\"`",
        "protocol contactprotocol",
    ),
    (
        "server_contact",
        "nothing to write: it has no name, a region has one of each sort",
        "name",
    ),
    (
        "server_database",
        "it makes its own password; the console of Lightsail shows it",
        "password masteruserpassword masterpassword",
    ),
    (
        "server_disk",
        "the server says where it is attached: `disks { data = disk }`",
        "diskpath attachedto instancename path",
    ),
    (
        "server_alarm",
        "say it by the field: `above = …` or `below = …`",
        "comparisonoperator",
    ),
    (
        "server_alarm",
        "an alarm of Lightsail looks every five minutes; `periods` says how often in a row",
        "period during",
    ),
    (
        "alarm",
        "say it by the field: `above = …` or `below = …`",
        "comparisonoperator",
    ),
    (
        "alarm",
        "the metric of a declaration has its own: `metric = resize.errors`",
        "statistic dimensions unit",
    ),
    (
        "table",
        "a key has its type with it: `partition_key { id = string }`",
        "keytype",
    ),
    (
        "topic",
        "who may publish says so: `access = [news.publish]` of a function",
        "policy topicpolicy",
    ),
    (
        "websocket_api",
        "browsers ask for no CORS on WebSockets; who may connect is `auth`",
        "cors corsconfiguration",
    ),
    (
        "cname",
        "records of Lightsail live 60 seconds; that cannot be chosen",
        "ttl",
    ),
    (
        "a",
        "records of Lightsail live 60 seconds; that cannot be chosen",
        "ttl",
    ),
    (
        "rule",
        "one side is one field: `from` in `ingress`, `to` in `egress`",
        "self prefixlistids",
    ),
];
