//! What listeners and their rules do with requests.

use crate::shape::{shape, words};
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AuthenticateCognitoActionConditionalBehaviorEnum,
    AuthenticateCognitoActionConfig, AuthenticateOidcActionConditionalBehaviorEnum,
    AuthenticateOidcActionConfig, FixedResponseActionConfig, ForwardActionConfig,
    JwtValidationActionAdditionalClaim, JwtValidationActionAdditionalClaimFormatEnum,
    JwtValidationActionConfig, ProtocolEnum, RedirectActionConfig, RedirectActionStatusCodeEnum,
    TargetGroupStickinessConfig, TargetGroupTuple,
};

words!(
    ActionTypeEnum,
    AuthenticateCognitoActionConditionalBehaviorEnum,
    AuthenticateOidcActionConditionalBehaviorEnum,
    JwtValidationActionAdditionalClaimFormatEnum,
    ProtocolEnum,
    RedirectActionStatusCodeEnum,
);
shape!(Action {
    authenticate_cognito_config,
    authenticate_oidc_config,
    fixed_response_config,
    forward_config,
    jwt_validation_config,
    order,
    redirect_config,
    target_group_arn,
    r#type,
});
shape!(AuthenticateCognitoActionConfig {
    authentication_request_extra_params,
    on_unauthenticated_request,
    scope,
    session_cookie_name,
    session_timeout,
    user_pool_arn,
    user_pool_client_id,
    user_pool_domain,
});
shape!(AuthenticateOidcActionConfig {
    authentication_request_extra_params,
    authorization_endpoint,
    client_id,
    client_secret,
    issuer,
    on_unauthenticated_request,
    scope,
    session_cookie_name,
    session_timeout,
    token_endpoint,
    use_existing_client_secret,
    user_info_endpoint,
});
shape!(FixedResponseActionConfig {
    content_type,
    message_body,
    status_code
});
shape!(ForwardActionConfig {
    target_group_stickiness_config,
    target_groups
});
shape!(JwtValidationActionAdditionalClaim {
    format,
    name,
    values
});
shape!(JwtValidationActionConfig {
    additional_claims,
    issuer,
    jwks_endpoint
});
shape!(RedirectActionConfig {
    host,
    path,
    port,
    protocol,
    query,
    status_code
});
shape!(TargetGroupStickinessConfig {
    duration_seconds,
    enabled
});
shape!(TargetGroupTuple {
    target_group_arn,
    weight
});
