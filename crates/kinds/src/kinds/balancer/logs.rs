//! The access logs of a load balancer: the bucket lets it write them.

use super::Front;
use crate::access::Statement;
use crate::lowering::Lowering;
use crate::nodes;
use crate::triggers::Contribution;
use crate::values::Read;
use formwork_schema::{Address, Decl, Fields};

/// The service that writes them: Elastic Load Balancing guide, "Enable access logs".
const WRITER: &str = "logdelivery.elasticloadbalancing.amazonaws.com";

/// First round: the bucket that a load balancer logs to lets it.
pub(crate) fn wire(decl: &Decl, fields: &Fields, out: &mut Lowering<'_>) {
    let (Some(bucket), Some(span)) = (fields.resource("access_logs"), fields.span("access_logs"))
    else {
        return;
    };
    let account = out.account(span);
    let prefix = match fields.node("log_prefix") {
        Some(prefix) => vec![nodes::text("/", span), prefix],
        None => Vec::new(),
    };
    let objects = [nodes::attribute(&bucket.address, "Arn", span)]
        .into_iter()
        .chain(prefix)
        .chain([
            nodes::text("/AWSLogs/", span),
            account.clone(),
            nodes::text("/*", span),
        ]);
    let balancers = [
        nodes::text(
            &format!("arn:{}:elasticloadbalancing:", out.partition(decl)),
            span,
        ),
        nodes::text(&out.region(decl), span),
        nodes::text(":", span),
        account.clone(),
        nodes::text(":loadbalancer/*", span),
    ];
    let statement = Statement::allow(["s3:PutObject"], [nodes::concat(objects, span)], span)
        .service(WRITER)
        .for_source(nodes::concat(balancers, span), account);
    out.contribute(&bucket.address, Contribution::Policy(statement));
}

/// What must be there before it is told to log: the policy of the bucket.
pub(super) fn needed(front: &Front<'_>, out: &Lowering<'_>) -> Vec<Address> {
    let bucket = front.fields.resource("access_logs");
    let bucket = bucket.and_then(|bucket| out.decl(&bucket.address));
    bucket.map_or_else(Vec::new, |bucket| vec![bucket.address.part("policy")])
}
