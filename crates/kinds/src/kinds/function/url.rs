//! The web address of a function, and who may call it.

use super::{errors, version};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Decl, Fields, Node};

/// Emits the address and, if it is public, what lets anybody call.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(url) = decl.fields.object("url") else {
        return;
    };
    let span = decl.fields.span("url").unwrap_or(decl.name_span);
    let public = url.word("auth") == Some("public");
    let auth_span = url.span("auth").unwrap_or(span);
    let mode = url.word("mode").map(|mode| {
        let mode = if mode == "stream" {
            "RESPONSE_STREAM"
        } else {
            "BUFFERED"
        };
        nodes::text(mode, url.span("mode").unwrap_or(span))
    });
    let before = match version::name(decl) {
        Some(_) => decl.address.part(version::ALIAS),
        None => decl.address.clone(),
    };
    let auth = if public { "NONE" } else { "AWS_IAM" };
    let props = Props::new(span)
        .put(
            "TargetFunctionArn",
            nodes::attribute(&decl.address, "Arn", span),
        )
        .put("AuthType", nodes::text(auth, auth_span))
        .maybe("Qualifier", version::name(decl))
        .maybe("InvokeMode", mode)
        .maybe("Cors", cors(decl, url, out));
    let address = Emit::part("url", "AWS::Lambda::Url", props.finish()).after([before]);
    let address = out.emit(decl, address);
    if public {
        out.lint(decl, errors::public_url(auth_span));
        let url_call = Props::new(auth_span)
            .set("Action", "lambda:InvokeFunctionUrl")
            .set("FunctionUrlAuthType", "NONE");
        let plain_call = Props::new(auth_span)
            .set("Action", "lambda:InvokeFunction")
            .set("InvokedViaFunctionUrl", true);
        for (part, props) in [
            ("permission_url", url_call),
            ("permission_url_invoke", plain_call),
        ] {
            let props = props
                .set("Principal", "*")
                .put("FunctionName", super::qualified(decl, auth_span));
            let permission = Emit::part(part, "AWS::Lambda::Permission", props.finish());
            out.emit(decl, permission.after([address.clone()]));
        }
    }
}

fn cors(decl: &Decl, url: &Fields, out: &mut Lowering<'_>) -> Option<Node> {
    let cors = url.object("cors")?;
    let span = url.span("cors")?;
    for origin in cors.items("origins") {
        if origin.value == formwork_schema::Value::String("*".into()) {
            out.lint(decl, errors::open_cors(origin.span));
        }
    }
    let methods = cors.get("methods").map(|list| {
        let words = cors
            .items("methods")
            .iter()
            .filter_map(|val| match &val.value {
                formwork_schema::Value::Word(word) if &**word == "any" => {
                    Some(nodes::text("*", val.span))
                }
                formwork_schema::Value::Word(word) => {
                    Some(nodes::text(&word.to_ascii_uppercase(), val.span))
                }
                _ => None,
            });
        Node::list(words, list.span)
    });
    let props = Props::new(span)
        .maybe("AllowOrigins", cors.node("origins"))
        .maybe("AllowMethods", methods)
        .maybe("AllowHeaders", cors.node("headers"))
        .maybe("ExposeHeaders", cors.node("expose"))
        .maybe("AllowCredentials", cors.node("credentials"))
        .maybe("MaxAge", cors.amount("max_age", "s"));
    Some(props.node())
}
