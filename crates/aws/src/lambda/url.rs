//! URLs of functions and aliases.

use crate::failure::{failure, found};
use crate::lambda::qualified;
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_lambda::types::{Cors, FunctionUrlAuthType, InvokeMode};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Lambda::Url`, by the ARN of its function or alias.
pub(crate) struct Url;

words!(FunctionUrlAuthType, InvokeMode);
shape!(Cors {
    allow_credentials,
    allow_headers,
    allow_methods,
    allow_origins,
    expose_headers,
    max_age
});

#[async_trait]
impl Resource for Url {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let arn = at.id()?;
        let (function, qualifier) = qualified(arn);
        let asked = at
            .clients
            .lambda()
            .get_function_url_config()
            .function_name(function);
        let asked = asked
            .set_qualifier(qualifier.map(str::to_owned))
            .send()
            .await;
        let Some(url) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, url, { function_url, auth_type, cors, invoke_mode });
        put(&mut map, "FunctionArn", &arn.to_owned());
        put(&mut map, "TargetFunctionArn", &function.to_owned());
        put(&mut map, "Qualifier", &qualifier.map(str::to_owned));
        Ok(Some(at.live(arn, map, Default::default())))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let arn = arn(at, &object)?;
        let sent = at
            .clients
            .lambda()
            .create_function_url_config()
            .set_function_name(object.get("TargetFunctionArn")?)
            .set_qualifier(object.get("Qualifier")?)
            .set_auth_type(object.get("AuthType")?)
            .set_cors(object.get("Cors")?)
            .set_invoke_mode(object.get("InvokeMode")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &arn).await
    }

    /// An empty CORS configuration takes the earlier one away: Lambda API, UpdateFunctionUrlConfig.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let arn = at.id()?;
        let (function, qualifier) = qualified(arn);
        let wanted = Object::new(change.wanted);
        let cors: Option<Cors> = wanted.get("Cors")?;
        let sent = at
            .clients
            .lambda()
            .update_function_url_config()
            .function_name(function)
            .set_qualifier(qualifier.map(str::to_owned))
            .set_auth_type(wanted.get("AuthType")?)
            .cors(cors.unwrap_or_else(|| Cors::builder().build()))
            .set_invoke_mode(wanted.get("InvokeMode")?);
        sent.send().await.map_err(failure)?;
        settled(self, at, arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (function, qualifier) = qualified(at.id()?);
        let gone = at
            .clients
            .lambda()
            .delete_function_url_config()
            .function_name(function);
        let gone = gone
            .set_qualifier(qualifier.map(str::to_owned))
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let arn = arn(at, &Object::new(wanted))?;
        Ok(read_id(self, at, &arn).await?.into_iter().collect())
    }
}

/// The ARN of what the URL is for: of the function, or of its alias.
fn arn(at: &At<'_>, wanted: &Object<'_>) -> Result<String, Failure> {
    let function: String = wanted.get("TargetFunctionArn")?.unwrap_or_default();
    let base = match function.starts_with("arn:") {
        true => function,
        false => format!(
            "arn:{}:lambda:{}:{}:function:{function}",
            at.partition(),
            at.clients.region(),
            at.account
        ),
    };
    Ok(match wanted.get::<String>("Qualifier")? {
        Some(qualifier) => format!("{base}:{qualifier}"),
        None => base,
    })
}
